/**
 * Acts as a person: types a slash command, presses a button, writes a message. Called by tests and by the
 * sandbox; everything reaches the bot over the wire, never by a function call.
 */
import { ApiError } from './api-error.ts'
import { type Answered, createCarry, type Delivery, type Sent } from './carry.ts'
import { createEventDrivers, type EventDrivers } from './drive-events.ts'
import { createViewDrivers, type ViewDrivers } from './drive-views.ts'
import type { Channel, Fields, Message, User } from './model.ts'
import { blockActionsPayload, buttonsOf, type Found, labelOf, slashCommandFields } from './payloads.ts'
import type { Origin, ResponseUrls } from './response-urls.ts'
import { failureOf, type Hostile, type Reply } from './send-signed.ts'
import type { Sockets } from './sockets.ts'
import type { Workspace } from './workspace.ts'

export interface SlashCommand extends Hostile {
  /** Id or name, as everywhere here. */
  readonly user: string
  /** Default: the direct message with the bot. */
  readonly channel?: string
  readonly text: string
  /** Default `/jit`. */
  readonly command?: string
  /** Changes the fields before they are signed. */
  readonly edit?: (fields: Record<string, string>) => void
}

export interface ButtonPress extends Hostile {
  readonly user: string
  readonly channel?: string
  /** Default: the newest message there that has such a button. */
  readonly ts?: string
  /** A copy that the person still has open, instead of what stands there now. */
  readonly message?: Message
  readonly actionId?: string
  readonly label?: string
  /** Sent in place of the button's own value. */
  readonly value?: string
  /** Sent as the workspace. */
  readonly teamId?: string
  /** Sent as the person's home workspace. */
  readonly userTeamId?: string
  readonly edit?: (payload: Fields) => void
}

export interface Drivers extends ViewDrivers, EventDrivers {
  /** Where the bot listens, e.g. `http://127.0.0.1:3000/slack/events`: the app's request URL. */
  connectBot(url: string): void
  slashCommand(command: SlashCommand): Promise<Answered>
  pressButton(press: ButtonPress): Promise<Answered>
  /** Anything at all, as Slack would carry it. */
  deliver(delivery: Delivery): Promise<Answered>
  /** The very same again, one after another. */
  replay(request: Sent, times?: number): Promise<readonly Reply[]>
  /** A person writes a message. */
  say(said: { user: string; channel: string; text: string; thread_ts?: string }): Message
}

export interface Wiring {
  readonly slack: Workspace
  readonly urls: ResponseUrls
  /** The server's own address. */
  readonly origin: string
  readonly signingSecret: string
  /** Given where the app is in Socket Mode. */
  readonly sockets: Sockets | undefined
}

/** An acknowledgement is either words or a message as JSON. */
const isObject = (body: string): boolean => {
  try {
    return typeof JSON.parse(body) === 'object'
  } catch {
    return false
  }
}

const findButton = (message: Message, { actionId, label }: ButtonPress): Found | undefined =>
  buttonsOf(message).find(({ element }) =>
    actionId === undefined ? labelOf(element) === label : element.action_id === actionId,
  )

/** The message that is pressed and the button in it; throws if there is none, as nobody could press it. */
const aim = (slack: Workspace, channel: Channel, press: ButtonPress): { message: Message; found: Found } => {
  const alone = slack.ephemeral(press.user).filter((one) => one.channel === channel.id)
  const newestFirst = [...slack.all(channel.id), ...alone].sort((a, b) => Number(b.ts) - Number(a.ts))
  const candidates = press.message ? [press.message] : newestFirst
  for (const message of candidates) {
    if (press.ts !== undefined && message.ts !== press.ts) continue
    const found = findButton(message, press)
    if (found) return { message: structuredClone(message), found }
  }
  throw new Error(`no button ${press.actionId ?? press.label} in ${channel.name} ${press.ts ?? ''}`)
}

const forge = (payload: Fields, press: ButtonPress): Fields => {
  const [action] = payload.actions as [Fields]
  if (press.value !== undefined) action.value = press.value
  if (press.teamId !== undefined) (payload.team as Fields).id = press.teamId
  if (press.userTeamId !== undefined) (payload.user as Fields).team_id = press.userTeamId
  press.edit?.(payload)
  return payload
}

export const createDrivers = ({ slack, urls, origin, signingSecret, sockets }: Wiring): Drivers => {
  let botUrl: string | undefined
  const carry = createCarry({ signingSecret, sockets, botUrl: () => botUrl })

  const gesture = (user: User, channel: Channel, from: Origin) => ({
    user,
    channel,
    responseUrl: origin + urls.issue(from),
    triggerId: slack.issueTrigger({ user: user.id }),
  })

  /** What the person sees at once: the answer, or Slack's word that there was none in time. */
  const showAnswer = (from: Origin, what: string, reply: Reply): void => {
    const error = failureOf(reply)
    if (error === undefined) {
      if (from.kind === 'commands' && reply.body !== '') showBody(from, reply.body)
      return
    }
    const text = `${what} failed with the error "${error}"`
    slack.tell(from.user, 'slack', { channel: from.channel, content: { text, truncated: false } })
  }

  const showBody = (from: Origin, body: string): void => {
    try {
      urls.show(from, isObject(body) ? body : JSON.stringify({ text: body }), 'acknowledgement')
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      slack.warn({ method: 'acknowledgement', says: `not shown: ${thrown.message}`, channel: from.channel })
    }
  }

  return {
    ...createViewDrivers(slack, carry),
    ...createEventDrivers(slack, carry),
    connectBot: (url) => {
      botUrl = url
    },
    slashCommand: async ({ command = '/jit', ...typed }) => {
      const user = slack.user(typed.user)
      const channel = typed.channel ? slack.channel(typed.channel) : slack.openDm(user.id)
      const from: Origin = { kind: 'commands', user: user.id, channel: channel.id }
      const fields = slashCommandFields(slack, gesture(user, channel, from), command, typed.text)
      typed.edit?.(fields)
      const answered = await carry.deliver({ type: 'slash_commands', payload: fields }, typed)
      showAnswer(from, command, answered)
      return answered
    },
    pressButton: async (press) => {
      const user = slack.user(press.user)
      const channel = press.channel
        ? slack.channel(press.channel)
        : slack.channel(press.message?.channel ?? slack.openDm(user.id).id)
      const { message, found } = aim(slack, channel, press)
      const isEphemeral = 'is_ephemeral' in message
      const from: Origin = {
        kind: 'actions',
        user: user.id,
        channel: channel.id,
        ts: message.ts,
        isEphemeral,
      }
      const payload = blockActionsPayload(slack, gesture(user, channel, from), message, found)
      const answered = await carry.deliver({ type: 'interactive', payload: forge(payload, press) }, press)
      showAnswer(from, labelOf(found.element), answered)
      return answered
    },
    deliver: (delivery) => carry.deliver(delivery, {}),
    replay: async (request, times = 1) => {
      const replies: Reply[] = []
      for (let n = 0; n < times; n += 1) replies.push(await carry.again(request))
      return replies
    },
    say: ({ user, channel, text, thread_ts }) =>
      slack.post({
        channel: slack.channel(channel).id,
        user: slack.user(user).id,
        content: { text, truncated: false },
        ...(thread_ts === undefined ? {} : { thread_ts }),
      }),
  }
}
