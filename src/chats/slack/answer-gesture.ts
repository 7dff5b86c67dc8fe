/**
 * Answers one gesture within the time Slack allows: in time the acknowledgement is the answer, late it is
 * "Working on it…" and the answer follows in private. Called per delivery; never throws.
 */
import type { Answer, Clock, Log } from '../../ports.ts'
import type { Delivery } from './read-gesture.ts'
import { renderCard } from './render-card.ts'
import { inPrivate, type PrivateMessage, respond } from './respond.ts'

/** Of the 3 s after which Slack tells the person that the app did not answer. */
const ANSWER_WITHIN_MS = 2_000

const WORKING = inPrivate({ text: 'Working on it…' })
const NOTHING_CHANGED = inPrivate({ text: 'Nothing was changed. Try again in a minute.' })

/** Ends Slack's wait; for commands with what the person sees. */
export type Acknowledge = (message?: PrivateMessage) => Promise<void>

interface Desk {
  readonly clock: Clock
  readonly log: Log
  readonly acknowledge: Acknowledge
}

const inTime = (outcome: Promise<PrivateMessage>, clock: Clock): Promise<PrivateMessage | 'late'> =>
  new Promise((resolve) => {
    const cancel = clock.after(ANSWER_WITHIN_MS, () => resolve('late'))
    outcome.then((message) => {
      cancel()
      resolve(message)
    })
  })

const draw = async (ask: () => Promise<Answer | string>, log: Log): Promise<PrivateMessage> => {
  try {
    const answer = await ask()
    return inPrivate(typeof answer === 'string' ? { text: answer } : renderCard(answer.card))
  } catch (err) {
    log.error({ err }, 'a gesture could not be handled')
    return NOTHING_CHANGED
  }
}

/** `ask` handles the gesture; a string is said as it is and must hold nothing that people typed. */
export const answerGesture = async (
  { via, responseUrl }: Delivery,
  ask: () => Promise<Answer | string>,
  { clock, log, acknowledge }: Desk,
): Promise<void> => {
  // A command's acknowledgement is shown to the person; a button's is not, so that its words go by the url. So do
  // those of a command whose acknowledgement did not get through: its socket may be gone meanwhile.
  const say = async (message: PrivateMessage): Promise<void> => {
    const shown = via === 'command' ? message : undefined
    const acknowledged = await acknowledge(shown).then(
      () => true,
      () => false,
    )
    if (shown === undefined || !acknowledged) await respond(responseUrl, message, clock)
  }

  try {
    const outcome = draw(ask, log)
    const first = await inTime(outcome, clock)
    if (first !== 'late') return await say(first)
    await say(WORKING)
    await respond(responseUrl, await outcome, clock)
  } catch (err) {
    log.warn({ err }, 'an answer did not reach the person')
  }
}
