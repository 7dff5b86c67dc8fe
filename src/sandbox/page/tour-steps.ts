/** What the tour says, and how it sees that a step was done: by what stands in the workspace, not by clicks. */
import type { Frame } from '../serve/seen.ts'

export interface Step {
  readonly title: string
  readonly says: string
  /** Absent: only the person knows. */
  isDone?(frame: Frame, shown: readonly string[]): boolean
}

const ANA = 'U0ANA00000'
const BOB = 'U0BOB00000'
const AUDIT = 'C0AUDIT000'

const grantsOf = (frame: Frame) => frame.seen[ANA]?.grants ?? []

const isWaiting = (frame: Frame): boolean =>
  Object.values(frame.seen).some(({ channels }) =>
    channels.some(
      ({ id, messages }) => id !== AUDIT && messages.some(({ text }) => /waiting|asks/i.test(text)),
    ),
  )

const inAudit = (frame: Frame, words: RegExp): boolean =>
  Object.values(frame.seen).some(({ channels }) =>
    channels.some(
      ({ id, messages }) =>
        id === AUDIT && messages.some(({ replies = [] }) => replies.some(({ text }) => words.test(text))),
    ),
  )

export const STEPS: readonly Step[] = [
  {
    title: 'You are Ana, an engineer',
    says: 'Press “SQL” at the top right of the room, then “Read the orders”. PostgreSQL says: permission denied. It is a real server, and this is really Ana’s login.',
  },
  {
    title: 'Ask for access',
    says: 'Type /jit in any channel and press Enter. In the form choose orders-db/readonly, say why, and send it. Or type it in one line: /jit request orders-db/readonly 10m because of INC-42',
    isDone: isWaiting,
  },
  {
    title: 'Be Bob, who approves',
    says: 'Press “bob” at the top, or put him beside Ana. Open #dbas: there is the card. Nobody can approve their own request; try it as Ana, if you like.',
    isDone: (_, shown) => shown.includes(BOB),
  },
  {
    title: 'Approve',
    says: 'As Bob, press Approve in #dbas. The access is given in PostgreSQL and read back before anybody says so.',
    isDone: (frame) =>
      grantsOf(frame).some(({ state }) => state === 'active') || inAudit(frame, /Access is given/),
  },
  {
    title: 'Try again as Ana',
    says: 'Be Ana again and read the orders: now there are rows, and the time that is left beside them.',
    isDone: (_, shown) => shown[0] === ANA,
  },
  {
    title: 'Let the time pass',
    says: 'Press “To the next end” at the top: the sandbox’s clock moves to ten seconds before it. Press “Crash it” then, if you like: the access ends all the same. Read the orders once more: permission denied.',
    isDone: (frame) => inAudit(frame, /Ended/),
  },
  {
    title: 'What happened, and who did it',
    says: 'Open #audit and the thread under the request: each event has one numbered line. The bot’s Home tab and its messages show the same to the person whom it is about.',
  },
]
