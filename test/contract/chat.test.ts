/** Every kind of chat goes through the same suite, in every way it can be connected; a new one adds its descriptor here. */
import { describeChat } from './chat.ts'
import { describeSlack } from './slack.ts'
import { teamsDescriptor } from './teams.ts'

for (const by of ['sockets', 'http'] as const) describeChat(describeSlack(by))
describeChat(teamsDescriptor)
