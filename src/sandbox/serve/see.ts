/** Draws together what a person of the local Slack sees right now. Pure reading; called after every change. */
import { COLLEAGUES, WITH_LOGIN } from '../company.ts'
import type { LocalSlack } from '../slack/local-slack.ts'
import type { Channel, Ephemeral, Message } from '../slack/model.ts'
import type { SeenView as SlackView } from '../slack/views.ts'
import type { Seen, SeenChannel, SeenGrant, SeenMessage, SeenPerson, SeenView } from './seen.ts'

/** Messages of a channel, and replies of a thread, that are sent at most. */
const SHOWN_MAX = 60
const REPLIES_MAX = 200

export const seePeople = (slack: LocalSlack): readonly SeenPerson[] =>
  COLLEAGUES.map(({ name, real, job, tz }) => ({ id: slack.user(name).id, name, real, job, tz }))

export const seeNames = (slack: LocalSlack): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...slack.users().map(({ id, real_name }) => [id, real_name]),
    ...slack.groups().map(({ id, handle }) => [id, handle]),
    ...slack.channels().map(({ id, name }) => [id, name]),
  ])

/** `holdsModal`: their modal belongs to the tab that asks. */
export const seeAs = (
  slack: LocalSlack,
  person: string,
  grants: readonly SeenGrant[],
  holdsModal: boolean,
): Seen => {
  const home = slack.home(person)
  const modal = holdsModal ? slack.modal(person) : undefined
  const dm = slack.openDm(person)
  const theirs = slack.channels().filter(({ kind, members }) => kind !== 'dm' && members.includes(person))
  return {
    person,
    channels: [...theirs, dm].map((channel) => seeChannel(slack, person, channel)),
    ...(home && { home: seeView(home, {}) }),
    ...(modal && { modal: seeView(modal, slack.errors(person)) }),
    grants,
    hasLogin: WITH_LOGIN.includes(slack.user(person).name),
  }
}

const seeChannel = (slack: LocalSlack, person: string, channel: Channel): SeenChannel => {
  const alone = slack.ephemeral(person).filter((told) => told.channel === channel.id)
  const roots = slack.messages(channel.id)
  const all = [...roots, ...alone.filter(({ thread_ts }) => thread_ts === undefined)].sort(byTime)
  return {
    id: channel.id,
    name: channel.kind === 'dm' ? 'Curfew' : channel.name,
    kind: channel.kind,
    hasBot: channel.has_bot,
    messages: all.slice(-SHOWN_MAX).map((message) => {
      const isRoot = message.thread_ts === undefined || message.thread_ts === message.ts
      const [, ...replies] = isRoot && !isEphemeral(message) ? slack.thread(channel.id, message.ts) : []
      const shown = seeMessage(slack, message)
      return replies.length === 0
        ? shown
        : { ...shown, replies: replies.slice(-REPLIES_MAX).map((reply) => seeMessage(slack, reply)) }
    }),
    older: Math.max(0, all.length - SHOWN_MAX),
  }
}

const byTime = (a: Message, b: Message): number => Number(a.ts) - Number(b.ts)

const isEphemeral = (message: Message): message is Ephemeral => 'is_ephemeral' in message

const seeMessage = (slack: LocalSlack, message: Message): SeenMessage => ({
  ts: message.ts,
  user: message.user,
  isBot: message.user === slack.bot.userId,
  text: message.text,
  ...(message.blocks && { blocks: message.blocks }),
  ...(isEphemeral(message) && { ephemeral: true }),
  ...(message.edited && { edited: true }),
  ...(message.subtype === 'thread_broadcast' && { broadcast: true }),
})

const seeView = (view: SlackView, errors: SeenView['errors']): SeenView => ({
  id: view.id,
  title: view.title,
  submit: view.submit,
  close: view.close,
  blocks: view.blocks,
  values: view.state.values,
  hash: view.hash,
  errors,
  ...(view.trouble !== undefined && { trouble: view.trouble }),
})
