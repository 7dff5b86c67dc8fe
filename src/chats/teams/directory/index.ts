/** The directory of Microsoft Teams, as the registry lists it, with the settings of the chat. */
import type { DirectoryKind } from '../../../ports.ts'
import { classify } from './classify.ts'
import { connectDirectory } from './connect-directory.ts'
import { type DirectorySettings, fromEnv } from './settings.ts'

export const teamsDirectory: DirectoryKind<DirectorySettings> = {
  kind: 'teams',
  fromEnv,
  classify,
  forms:
    'In teams a person is the object id in Entra, in lower case (6f0e2c1a-…), a team team/19:…@thread.tacv2, a group of Entra group/6f0e2c1a-…, and a channel 19:…@thread.tacv2.',
  connect: connectDirectory,
}
