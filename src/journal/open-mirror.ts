/** The mirror that the config names; nothing is touched before it is used. */
import type { MirrorSettings } from '../ports.ts'
import { openFolderMirror } from './folder-mirror.ts'
import type { Mirror } from './mirror.ts'
import { openTableMirror } from './table-mirror.ts'

export const openMirror = (settings: MirrorSettings): Mirror =>
  'folder' in settings ? openFolderMirror(settings.folder) : openTableMirror(settings.database)
