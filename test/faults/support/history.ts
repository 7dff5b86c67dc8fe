/**
 * What the history of one request may look like, written down from the words of the product and not from its code: a few
 * states and what leads out of them. The races and the kills are held against it.
 */
import type { Entry } from './observed.ts'

type State =
  | 'new'
  | 'pending'
  | 'approved'
  | 'provisioning'
  | 'active'
  | 'asked'
  | 'ending'
  | 'ended'
  | 'closed'

/** What happens beside the story. */
const BESIDE = new Set([
  ...['posted', 'forgotten', 'hurried', 'revealed', 'refused', 'unclear', 'review awaited', 'reviewed'],
])

const STORY: Readonly<Record<State, Readonly<Record<string, State>>>> = {
  new: { requested: 'pending' },
  pending: {
    approved: 'pending',
    denied: 'closed',
    lapsed: 'closed',
    withdrawn: 'closed',
    voided: 'closed',
    armed: 'approved',
  },
  approved: { cleared: 'provisioning', voided: 'closed' },
  provisioning: { confirmed: 'active', ending: 'ending' },
  active: { warned: 'active', 'extension asked': 'asked', ending: 'ending' },
  asked: {
    warned: 'asked',
    'extension approved': 'asked',
    extended: 'active',
    'extension denied': 'active',
    'extension lapsed': 'active',
    ending: 'ending',
  },
  ending: { late: 'ending', ended: 'ended' },
  ended: { 'came back': 'ended' },
  closed: {},
}

export interface Told {
  readonly violations: readonly string[]
  /** Where the story stands. */
  readonly state: State
  /** When the access had to be gone; undefined: there never was a grant that had to end. */
  readonly dueAt?: number
  readonly endedAt?: number
}

/** What was learnt so far. */
interface Known {
  readonly state: State
  readonly asker: string
  readonly quorum: number
  readonly approvers: ReadonlySet<string>
  readonly endsAt: number
  readonly extensions: number
  /** Of the extension that was asked for last. */
  readonly extenders: ReadonlySet<string>
  readonly extensionQuorum: number
  readonly dueAt?: number
  readonly endedAt?: number
}

const UNKNOWN: Known = {
  state: 'new',
  asker: '',
  quorum: 1,
  approvers: new Set(),
  endsAt: 0,
  extensions: 0,
  extenders: new Set(),
  extensionQuorum: 0,
}

type Event = Entry['event']

const byOf = ({ by }: Event): string => (by as { id?: string } | undefined)?.id ?? ''

/** What is wrong with an event, whatever state it comes in. */
const OBJECTIONS: Readonly<Record<string, (event: Event, known: Known) => string | false>> = {
  approved: (event, { asker }) => byOf(event) === asker && 'approved by who asked',
  denied: (event, { asker }) => byOf(event) === asker && 'denied by who asked',
  'extension approved': (event, { asker }) => byOf(event) === asker && 'extended by who asked',
  armed: (_, { approvers, quorum }) => approvers.size < quorum && 'armed without its approvals',
  confirmed: ({ endsAt }, known) => Number(endsAt) > known.endsAt && 'the confirmation moved the end later',
  extended: (_, { extensions, extenders, extensionQuorum }) =>
    (extensions > 0 && 'extended more than once') ||
    (extenders.size < extensionQuorum && 'extended without its approvals'),
  ending: ({ because, at }, { endsAt }) =>
    because === 'expired' && Number(at) < endsAt && 'expired before its end',
}

/** What an event says, apart from where it leads. */
const LESSONS: Readonly<Record<string, (event: Event, known: Known) => Partial<Known>>> = {
  requested: (event) => ({ asker: byOf(event), quorum: Number((event.draft as { quorum: number }).quorum) }),
  approved: (event, { approvers }) => ({ approvers: new Set([...approvers, byOf(event)]) }),
  armed: ({ endsAt }) => ({ endsAt: Number(endsAt) }),
  confirmed: ({ endsAt }) => ({ endsAt: Number(endsAt) }),
  'extension asked': ({ quorum }) => ({ extenders: new Set(), extensionQuorum: Number(quorum) }),
  'extension approved': (event, { extenders }) => ({ extenders: new Set([...extenders, byOf(event)]) }),
  extended: ({ endsAt }, { extensions }) => ({ endsAt: Number(endsAt), extensions: extensions + 1 }),
  ending: ({ because, at }, { endsAt }) => ({ dueAt: because === 'expired' ? endsAt : Number(at) }),
  ended: ({ at }) => ({ endedAt: Number(at) }),
}

/** Holds the events of one request, oldest first, against the story. */
export const tellHistory = (id: string, entries: readonly Entry[]): Told => {
  const violations: string[] = []
  let known = UNKNOWN
  for (const { event } of entries.filter((entry) => !BESIDE.has(entry.event.type))) {
    const next = STORY[known.state][event.type]
    if (next === undefined) violations.push(`${id}: ${event.type} while ${known.state}`)
    const objection = OBJECTIONS[event.type]?.(event, known)
    if (objection) violations.push(`${id}: ${objection}`)
    known = { ...known, ...LESSONS[event.type]?.(event, known), state: next ?? known.state }
  }
  const { state, dueAt, endedAt } = known
  return {
    violations,
    state,
    ...(dueAt !== undefined && { dueAt }),
    ...(endedAt !== undefined && { endedAt }),
  }
}

/** Whether nothing can happen to it any more. */
export const isOver = ({ state }: Told): boolean => state === 'ended' || state === 'closed'
