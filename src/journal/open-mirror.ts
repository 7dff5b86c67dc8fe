/** The mirror that the config names; nothing is touched before it is used. */
import type { MirrorSettings } from '../ports.ts'
import { openFolderMirror } from './folder-mirror.ts'
import type { Mirror } from './mirror.ts'
import { openPostgresMirror } from './postgres-mirror.ts'

export const openMirror = (settings: MirrorSettings): Mirror =>
  'folder' in settings ? openFolderMirror(settings.folder) : openPostgresMirror(settings.postgres)
