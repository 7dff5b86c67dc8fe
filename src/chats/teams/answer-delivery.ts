/**
 * Answers one gesture in the way Teams wants it and within the time Teams allows: what is late says “Working on it…” first.
 * Called per delivery; what it answers goes back as the HTTP response. Never rejects.
 */
import { inTime } from '../../infra/in-time.ts'
import type { Clock, Gesture, Log } from '../../ports.ts'
import type { Delivery, Way } from './activity.ts'
import { type Homes, renderHome, renderHomeMessage } from './home.ts'
import type { HttpAnswer } from './receive-http.ts'
import {
  asDialog,
  asMessage,
  asNotice,
  cardResponse,
  holdsSecret,
  NOTHING_CHANGED,
  noticeResponse,
  type Outcome,
  optionsResponse,
  WORKING,
  waitingDialog,
} from './render-answer.ts'
import { renderOption } from './render-form.ts'
import type { Reply } from './reply.ts'

/** Teams waits 10 to 15 s, and 5 s where a dialog was opened from the compose box; people wait no longer than elsewhere. */
const ANSWER_WITHIN_MS = 2_000
/** Teams shows so many choices. */
const OPTIONS_MAX = 15

export interface Desk {
  readonly clock: Clock
  readonly log: Log
  readonly reply: Reply
  readonly homes: Homes
  /** The title of the form that the gesture asks for, if it does. */
  readonly expects: string | undefined
  /** Asks for another gesture of the same person. */
  ask(gesture: Gesture): Promise<Outcome>
  /** For whoever asks again for what was not there in time. */
  keep(gesture: Gesture, outcome: Promise<Outcome>): void
  /** What goes on after the response. */
  later(work: Promise<void>): void
}

interface Asked {
  readonly delivery: Delivery
  readonly outcome: Promise<Outcome>
  readonly desk: Desk
}

const OK: HttpAnswer = { status: 200 }
const ok = (body: unknown): HttpAnswer => ({ status: 200, body })

export const answerDelivery = (delivery: Delivery, desk: Desk): Promise<HttpAnswer> => {
  const { gesture, way } = delivery
  const outcome = desk.ask(gesture).catch((err: unknown) => {
    desk.log.error({ gesture: gesture.id, err }, 'a gesture could not be handled')
    return NOTHING_CHANGED
  })
  return answerBy(way, { delivery, outcome, desk })
}

const answerBy = (way: Way, asked: Asked): Promise<HttpAnswer> => {
  switch (way.by) {
    case 'message':
      return inMessage(asked)
    case 'notice':
      return inNotice(asked)
    case 'dialog':
      return inDialog(asked)
    case 'submission':
      return toSubmission(way, asked)
    case 'redraw':
      return redraw(way, asked)
    case 'options':
      return withOptions(asked)
    case 'home':
      return way.again ? homeAgain(asked) : atHome(asked)
    default:
      return way satisfies never
  }
}

/** Says it privately; that it did not reach the person is only noted. */
const say = async (outcome: Outcome, { delivery, desk }: Asked): Promise<void> => {
  const { gesture, from } = delivery
  await desk.reply(from, asMessage(outcome, gesture.does)).catch((err: unknown) => {
    desk.log.warn({ gesture: gesture.id, err }, 'an answer did not reach the person')
  })
}

/** What is not said yet is said when it is there; the platform does not wait for it. */
const sayLater = (asked: Asked): void => {
  const { outcome, desk } = asked
  desk.later(outcome.then((late) => say(late, asked)))
}

const inMessage = async (asked: Asked): Promise<HttpAnswer> => {
  const { outcome, desk } = asked
  const first = await inTime(outcome, desk.clock, ANSWER_WITHIN_MS)
  const said = say(first === 'late' ? WORKING : first, asked)
  desk.later(first === 'late' ? said.then(() => outcome).then((late) => say(late, asked)) : said)
  await inTime(said, desk.clock, ANSWER_WITHIN_MS)
  return OK
}

const inNotice = async (asked: Asked): Promise<HttpAnswer> => {
  const { outcome, desk, delivery } = asked
  const first = await inTime(outcome, desk.clock, ANSWER_WITHIN_MS)
  if (first === 'late') {
    sayLater(asked)
    return ok(noticeResponse(WORKING))
  }
  const notice = asNotice(first)
  if (notice !== undefined) return ok(noticeResponse(notice))
  desk.later(say(first, asked))
  const where = delivery.from.isPersonal ? 'below' : 'for you alone'
  return ok(noticeResponse(`The answer is a message, ${where}.`))
}

const wait = ({ delivery, outcome, desk }: Asked): HttpAnswer => {
  const { gesture } = delivery
  desk.keep(gesture, outcome)
  return ok(waitingDialog(desk.expects, activityOf(gesture), gesture.does))
}

/** A gesture's id without the person in front, whom it gets anew when it comes back. */
const activityOf = ({ id }: Gesture): string => id.slice(id.indexOf('/') + 1)

const inDialog = async (asked: Asked): Promise<HttpAnswer> => {
  const first = await inTime(asked.outcome, asked.desk.clock, ANSWER_WITHIN_MS)
  return first === 'late' ? wait(asked) : ok(asDialog(first))
}

type Of<B extends Way['by']> = Extract<Way, { readonly by: B }>

const toSubmission = async ({ filled }: Of<'submission'>, asked: Asked): Promise<HttpAnswer> => {
  const { outcome, desk, delivery } = asked
  const first = await inTime(outcome, desk.clock, ANSWER_WITHIN_MS)
  if (first === 'late') return wait(asked)
  const blames = typeof first !== 'string' && 'card' in first ? first.blames : undefined
  if (blames === undefined || Object.keys(blames).length === 0) return ok(asDialog(first))
  // The dialog has to be drawn anew for what is wrong to stand in it.
  const { gesture } = delivery
  const drawn = await inTime(
    desk
      .ask({ ...gesture, id: `${gesture.id}/anew`, does: { kind: 'change', ...pick(filled) } })
      .catch(() => first),
    desk.clock,
    ANSWER_WITHIN_MS,
  )
  const form = drawn !== 'late' && typeof drawn !== 'string' && 'form' in drawn ? drawn : first
  return ok(asDialog(form, { values: filled.values, blames }))
}

const pick = ({ form, about, values }: Of<'submission'>['filled']) => ({ form, about, values })

const redraw = async ({ filled }: Of<'redraw'>, asked: Asked): Promise<HttpAnswer> => {
  const first = await inTime(asked.outcome, asked.desk.clock, ANSWER_WITHIN_MS)
  return first === 'late' ? wait(asked) : ok(asDialog(first, { values: filled.values }))
}

const withOptions = async ({ outcome, desk }: Asked): Promise<HttpAnswer> => {
  const answer = await inTime(outcome, desk.clock, ANSWER_WITHIN_MS)
  const options = typeof answer !== 'string' && 'options' in answer ? answer.options : []
  return ok(optionsResponse(options.slice(0, OPTIONS_MAX).map(renderOption)))
}

const atHome = async (asked: Asked): Promise<HttpAnswer> => {
  const { delivery, outcome, desk } = asked
  const { from, gesture } = delivery
  const post = async (): Promise<void> => {
    const answer = await outcome
    if (typeof answer === 'string' || !('card' in answer)) return say(answer, asked)
    const at = await desk.reply(from, renderHomeMessage(answer.card, from.mri))
    desk.homes.stands(from.oid, from.mri, at)
  }
  const posted = post().catch((err: unknown) =>
    desk.log.warn({ gesture: gesture.id, err }, 'an answer did not reach the person'),
  )
  desk.later(posted)
  await inTime(posted, desk.clock, ANSWER_WITHIN_MS)
  return OK
}

/** A client that looks again: only who sees it is told, and nothing where it cannot be told in time. */
const homeAgain = async ({ delivery, outcome, desk }: Asked): Promise<HttpAnswer> => {
  const answer = await inTime(outcome, desk.clock, ANSWER_WITHIN_MS)
  if (typeof answer === 'string') return ok(noticeResponse(answer === 'late' ? WORKING : answer))
  return 'card' in answer && !holdsSecret(answer.card)
    ? ok(cardResponse(renderHome(answer.card, delivery.from.mri)))
    : ok(noticeResponse(NOTHING_CHANGED))
}
