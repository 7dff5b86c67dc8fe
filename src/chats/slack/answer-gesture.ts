/**
 * Answers one gesture in the way Slack wants it, within the time Slack allows: what is late says "Working on it…" first.
 * Called per delivery; never throws.
 */
import type { types } from '@slack/bolt'
import { inTime } from '../../infra/in-time.ts'
import type { Answer, Clock, Log } from '../../ports.ts'
import type { Delivery, Way } from './delivery.ts'
import { renderCard } from './render-card.ts'
import { FIELD_PREFIX, renderAnswerView, renderForm, renderOption, renderWaitingView } from './render-view.ts'
import { inPrivate, type PrivateMessage, respond } from './respond.ts'
import { toPlain } from './safe-text.ts'
import { type Opening, openView, publishHome, updateView } from './show-view.ts'
import type { Api } from './web-client.ts'

/** Of the 3 s after which Slack tells the person that the app did not answer. */
const ANSWER_WITHIN_MS = 2_000

/** Under a field of a form; no page says how much Slack shows. Characters. */
const ERROR_MAX = 500

const WORKING = inPrivate({ text: 'Working on it…' })
const NOTHING_CHANGED = 'Nothing was changed. Try again in a minute.'

/** Ends Slack's wait; with what the person sees, where Slack shows it. */
export type Acknowledge = (shown?: unknown) => Promise<void>

export interface Desk {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  /** Its id, for the log. */
  readonly gesture: string
  readonly acknowledge: Acknowledge
  /** The title of the form that the gesture asks for, if it does. */
  readonly expects: string | undefined
}

/** A string is said as it is and holds nothing that people typed. */
type Outcome = Answer | string

type Of<B extends Way['by']> = Extract<Way, { readonly by: B }>

/** `ask` handles the gesture. */
export const answerGesture = async (
  { way }: Delivery,
  ask: () => Promise<Outcome>,
  desk: Desk,
): Promise<void> => {
  const outcome = ask().catch((err: unknown) => {
    desk.log.error({ gesture: desk.gesture, err }, 'a gesture could not be handled')
    return NOTHING_CHANGED
  })
  try {
    await answerBy(way, outcome, desk)
  } catch (err) {
    desk.log.warn({ gesture: desk.gesture, err }, 'an answer did not reach the person')
  }
}

const answerBy = (way: Way, outcome: Promise<Outcome>, desk: Desk): Promise<void> => {
  switch (way.by) {
    case 'message':
      return desk.expects === undefined ? inWords(way, outcome, desk) : inForm(way, outcome, desk)
    case 'view':
      return inView(way.opening, outcome, desk)
    case 'submission':
      return toSubmission(way, outcome, desk)
    case 'redraw':
      return redraw(way, outcome, desk)
    case 'options':
      return withOptions(outcome, desk)
    case 'home':
      return atHome(way, outcome, desk)
    default:
      return way satisfies never
  }
}

const asMessage = (outcome: Outcome): PrivateMessage => {
  if (typeof outcome === 'string') return inPrivate({ text: outcome })
  // What is shown once stands in no message, not even in a private one.
  if ('card' in outcome && outcome.card.parts.some(({ part }) => part === 'secret'))
    return inPrivate({ text: 'Slack could not open a window for this. Press again.' })
  if ('card' in outcome) return inPrivate(renderCard(outcome.card))
  return inPrivate({
    text: 'form' in outcome ? `Slack shows no form here. Type: ${outcome.form.words}` : NOTHING_CHANGED,
  })
}

const asView = (outcome: Outcome): types.ModalView => {
  if (typeof outcome === 'string')
    return renderAnswerView({ title: '', summary: [], parts: [sayIt(outcome)] })
  if ('card' in outcome) return renderAnswerView(outcome.card)
  return 'form' in outcome ? renderForm(outcome.form) : asView(NOTHING_CHANGED)
}

const sayIt = (text: string) => ({ part: 'text', spans: [{ span: 'plain', text }] }) as const

/**
 * A command's acknowledgement is shown to the person; a button's is not, so that its words go by the url. So do those of
 * a command whose acknowledgement did not get through: its socket may be gone meanwhile.
 */
const inWords = async (
  { shows, responseUrl }: Of<'message'>,
  outcome: Promise<Outcome>,
  { clock, acknowledge }: Desk,
): Promise<void> => {
  const say = async (message: PrivateMessage): Promise<void> => {
    const acknowledged = await acknowledge(shows ? message : undefined).then(
      () => true,
      () => false,
    )
    if (!shows || !acknowledged) await respond(responseUrl, message, clock)
  }
  const first = await inTime(outcome, clock, ANSWER_WITHIN_MS)
  if (first !== 'late') return await say(asMessage(first))
  await say(WORKING)
  await respond(responseUrl, asMessage(await outcome), clock)
}

/** Where the view cannot be opened, words say the same. */
const inForm = async (
  { responseUrl, opening }: Of<'message'>,
  outcome: Promise<Outcome>,
  desk: Desk,
): Promise<void> => {
  const opened = await openWaiting(opening, desk).catch((err: unknown) => {
    desk.log.warn({ gesture: desk.gesture, err }, 'a form could not be opened')
    return undefined
  })
  if (opened === undefined) return respond(responseUrl, asMessage(await outcome), desk.clock)
  await updateView(desk.api, opened, asView(await outcome))
}

const inView = async (opening: Opening, outcome: Promise<Outcome>, desk: Desk): Promise<void> => {
  const opened = await openWaiting(opening, desk)
  await updateView(desk.api, opened, asView(await outcome))
}

/** At once: the trigger is good for three seconds, and facts may take half of that. */
const openWaiting = async (opening: Opening, { api, acknowledge, expects }: Desk): Promise<string> => {
  const opened = openView(api, opening, renderWaitingView(expects))
  opened.catch(() => undefined)
  // An acknowledgement that got lost costs nothing: the view is there.
  await acknowledge().catch(() => undefined)
  return opened
}

const toSubmission = async (
  { viewId, fields }: Of<'submission'>,
  outcome: Promise<Outcome>,
  { api, clock, acknowledge }: Desk,
): Promise<void> => {
  const first = await inTime(outcome, clock, ANSWER_WITHIN_MS)
  if (first === 'late') {
    await acknowledge({ response_action: 'update', view: renderWaitingView() })
    return updateView(api, viewId, asView(await outcome))
  }
  const errors = errorsOf(first, fields)
  return acknowledge(
    errors === undefined
      ? { response_action: 'update', view: asView(first) }
      : { response_action: 'errors', errors },
  )
}

/** Under the fields to blame; what blames a field that is not there stands under the first. Undefined: nothing to blame. */
const errorsOf = (outcome: Outcome, fields: readonly string[]): Record<string, string> | undefined => {
  const blames = typeof outcome !== 'string' && 'card' in outcome ? Object.entries(outcome.blames ?? {}) : []
  const [fallback] = fields
  if (blames.length === 0 || fallback === undefined) return undefined
  const under = (name: string): string => {
    const block = `${FIELD_PREFIX}${name}`
    return fields.includes(block) ? block : fallback
  }
  const errors: Record<string, string> = {}
  for (const [name, says] of blames)
    errors[under(name)] = toPlain([errors[under(name)] ?? '', says].join(' ').trim(), ERROR_MAX)
  return errors
}

const redraw = async (
  { viewId, hash }: Of<'redraw'>,
  outcome: Promise<Outcome>,
  desk: Desk,
): Promise<void> => {
  await desk.acknowledge()
  const answer = await outcome
  // What is no form leaves the one that stands there: sending it will say why.
  if (typeof answer === 'string' || !('form' in answer)) return
  await updateView(desk.api, viewId, renderForm(answer.form), hash)
}

const withOptions = async (outcome: Promise<Outcome>, { clock, acknowledge }: Desk): Promise<void> => {
  const answer = await inTime(outcome, clock, ANSWER_WITHIN_MS)
  const options = typeof answer !== 'string' && 'options' in answer ? answer.options : []
  return acknowledge({ options: options.map(renderOption) })
}

const atHome = async ({ user }: Of<'home'>, outcome: Promise<Outcome>, desk: Desk): Promise<void> => {
  await desk.acknowledge()
  const answer = await outcome
  if (typeof answer !== 'string' && 'card' in answer) await publishHome(desk.api, user, answer.card)
}
