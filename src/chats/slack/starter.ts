/** What somebody who sets Slack up needs to know, and ids by the names that people see. */
import type { WebClient } from '@slack/web-api'
import type { ChatStarter, LookUp, Tools } from '../../ports.ts'
import { translate } from './to-fault.ts'
import { createApi } from './web-client.ts'

const PAGE = 200
/** 4,000 channels; who has more writes the id. */
const PAGES_MAX = 20

/** Private ones only where the bot is in. https://docs.slack.dev/reference/methods/conversations.list */
const findChannel = async (web: WebClient, name: string): Promise<string | undefined> => {
  let cursor = ''
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const asked = { limit: PAGE, exclude_archived: true, types: 'public_channel,private_channel', cursor }
    const answer = await translate({ writes: false }, () => web.conversations.list(asked))
    const found = answer.channels?.find((channel) => channel.name === name)
    if (found?.id) return found.id
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') return undefined
  }
  return undefined
}

const findGroup = async (web: WebClient, handle: string): Promise<string | undefined> => {
  const answer = await translate({ writes: false }, () => web.usergroups.list({}))
  return answer.usergroups?.find((group) => group.handle === handle)?.id
}

const lookUp = (env: Readonly<Record<string, string | undefined>>, { log }: Tools): LookUp | undefined => {
  const token = env.SLACK_BOT_TOKEN?.trim()
  const apiUrl = env.SLACK_API_URL?.trim()
  if (!token) return undefined
  const api = createApi({ token, ...(apiUrl && { apiUrl }) }, log)
  return async (name, call) => {
    const find = name.startsWith('#') ? findChannel : findGroup
    const id = await find(api(call.signal), name.slice(1).toLowerCase())
    return id === undefined ? undefined : `slack:${id}`
  }
}

export const starter: ChatStarter = {
  finding:
    'Slack shows the id of a channel (C…) at the end of its details, and “Copy group ID” in the menu of a user group (S…).',
  variables: [
    {
      name: 'SLACK_BOT_TOKEN',
      says: 'xoxb-…: api.slack.com/apps, your app, “Install App”. The app is made from manifests/slack.json.',
    },
    {
      name: 'SLACK_APP_TOKEN',
      says: 'xapp-…: “Basic Information”, “App-Level Tokens”, with the scope connections:write.',
    },
    {
      name: 'SLACK_SIGNING_SECRET',
      says: 'Instead of SLACK_APP_TOKEN, where Slack calls you over HTTP: “Basic Information”.',
      optional: true,
    },
    {
      name: 'SLACK_API_URL',
      says: 'Another Web API than slack.com, such as https://slack-gov.com/api/.',
      optional: true,
    },
  ],
  lookUp,
}
