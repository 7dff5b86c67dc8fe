/**
 * Reads a verified activity as a gesture; called once per delivery. The id of a gesture names its person, so that nobody can
 * ask for what somebody else was answered.
 */
import { z } from 'zod'
import type { Gesture } from '../../ports.ts'
import { type Activity, activityShape, junk, originOf, type Read, type Way } from './activity.ts'
import { teamRef } from './directory/classify.ts'
import { readAction, readSearch } from './read-action.ts'
import { readWords } from './read-words.ts'
import { VERB_PREFIX } from './render-card.ts'

/** The verb with which a client asks for somebody's own page anew. */
export const HOME_VERB = `${VERB_PREFIX}home`
/** Words that draw it, in the chat with Curfew itself. */
const HOME_WORDS = new Set(['mine', 'home'])

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model */
const execute = z.object({
  action: z.object({ type: z.literal('Action.Execute'), verb: z.string().max(100), data: z.unknown() }),
})
/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
const dialog = z.object({ data: z.unknown() })
/** https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/create-task-module */
const extension = z.object({ commandId: z.string().max(60), data: z.unknown().optional() })

const FOREIGN: Read = { kind: 'foreign' }
const wrong = (field: string): Read => ({ kind: 'junk', wrong: [field] })

const delivered = (
  activity: Activity,
  does: Gesture['does'],
  way: Way,
  more: { readonly id?: string; readonly mentioned?: readonly { mri: string; name: string }[] } = {},
): Read => {
  const from = originOf(activity)
  const team = activity.channelData?.team?.id
  const channel = from.isPersonal ? undefined : from.conversation.replace(/;messageid=.*$/, '')
  const gesture: Gesture = {
    id: `teams:${from.oid}/${more.id ?? activity.id}`,
    chat: 'teams',
    actor: `teams:${from.oid}`,
    ...(channel !== undefined && { channel: `teams:${channel}` }),
    ...(team !== undefined && { group: teamRef(team) }),
    ...(activity.localTimezone && { zone: activity.localTimezone }),
    does,
  }
  return { kind: 'delivery', delivery: { gesture, from, way, mentioned: more.mentioned ?? [] } }
}

const readMessage = (activity: Activity): Read => {
  // A button of a client that knows no `Action.Execute`: its data comes without words.
  if (activity.value != null) {
    const claimed = readAction(activity.value)
    if (claimed === undefined) return FOREIGN
    return claimed.is === 'press' ? delivered(activity, claimed.does, { by: 'message' }) : FOREIGN
  }
  const { text, mentions, people, calls } = readWords(activity)
  const isPersonal = activity.conversation.conversationType === 'personal'
  // With more rights than it needs a bot hears what nobody said to it.
  if (!isPersonal && !calls) return FOREIGN
  if (isPersonal && HOME_WORDS.has(text.toLowerCase()))
    return delivered(activity, { kind: 'home' }, { by: 'home', again: false })
  return delivered(activity, { kind: 'words', text, mentions }, { by: 'message' }, { mentioned: people })
}

const readExecute = (activity: Activity): Read => {
  const parsed = execute.safeParse(activity.value)
  if (!parsed.success) return junk(parsed.error)
  const { verb, data } = parsed.data.action
  if (verb === HOME_VERB) return delivered(activity, { kind: 'home' }, { by: 'home', again: true })
  const claimed = readAction(data)
  if (claimed?.is !== 'press') return wrong('value.action.data')
  return delivered(activity, claimed.does, { by: 'notice' })
}

const readInDialog = (activity: Activity, data: unknown): Read => {
  const claimed = readAction(data)
  if (claimed === undefined) return wrong('value.data')
  if (claimed.is === 'again') {
    const { id, does } = claimed
    return delivered(activity, does, wayOf(does), { id })
  }
  if (claimed.is !== 'sent') return delivered(activity, claimed.does, { by: 'dialog' })
  return delivered(activity, claimed.does, wayOf(claimed.does))
}

const wayOf = (does: Gesture['does']): Way => {
  if (does.kind === 'submit') return { by: 'submission', filled: does }
  return does.kind === 'change' ? { by: 'redraw', filled: does } : { by: 'dialog' }
}

const readDialog = (activity: Activity): Read => {
  const parsed = dialog.safeParse(activity.value)
  return parsed.success ? readInDialog(activity, parsed.data.data) : junk(parsed.error)
}

const readExtension = (activity: Activity): Read => {
  const parsed = extension.safeParse(activity.value)
  if (!parsed.success) return junk(parsed.error)
  const { commandId, data } = parsed.data
  if (activity.name === 'composeExtension/submitAction') return readInDialog(activity, data)
  return delivered(activity, { kind: 'open', form: commandId }, { by: 'dialog' })
}

const readOptions = (activity: Activity): Read => {
  const does = readSearch(activity.value)
  return does === undefined ? wrong('value') : delivered(activity, does, { by: 'options' })
}

const readInvoke = (activity: Activity): Read => {
  switch (activity.name) {
    case 'adaptiveCard/action':
      return readExecute(activity)
    case 'task/fetch':
    case 'task/submit':
      return readDialog(activity)
    case 'composeExtension/fetchTask':
    case 'composeExtension/submitAction':
      return readExtension(activity)
    case 'application/search':
      return readOptions(activity)
    default:
      return FOREIGN
  }
}

/** An activity of any shape, as a gesture; never throws. */
export const readActivity = (body: unknown): Read => {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined
  if (type === 'conversationUpdate') return readUpdate(body)
  if (type !== 'message' && type !== 'invoke') return FOREIGN
  const parsed = activityShape.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  return type === 'message' ? readMessage(parsed.data) : readInvoke(parsed.data)
}

const update = z.object({ channelData: z.object({ team: z.object({ id: z.string().max(400) }) }) })

/** People came to a team or left it. */
const readUpdate = (body: unknown): Read => {
  const parsed = update.safeParse(body)
  return parsed.success ? { kind: 'changed', team: parsed.data.channelData.team.id } : FOREIGN
}
