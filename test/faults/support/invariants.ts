/**
 * What must hold whatever was killed, over what the checker saw and what people were told: pure, one sentence for each
 * thing that does not hold.
 */
import { isOver, type Told, tellHistory } from './history.ts'
import type { Entry, Observed, Shown, Stall, Stay } from './observed.ts'
import type { Disturbance } from './rig.ts'

/** What somebody read in answer to what they did. */
export interface Ack {
  readonly id: string
  /** The title of the answer. */
  readonly said: string
}

export interface Judged {
  readonly acks: readonly Ack[]
  readonly observed: Observed
  readonly disturbances: readonly Disturbance[]
  /** Everything had the time to come to its end; else a story may stand anywhere. */
  readonly over: boolean
  /** Who has the role by other hands all the while. */
  readonly standing: readonly string[]
}

export interface Figures {
  readonly acknowledged: number
  readonly lost: number
  readonly revocations: number
  readonly late: number
  /** From when the access had to be gone, or somebody was there again to take it, to when it was seen the last time. */
  readonly lateness: readonly number[]
  /** The same for ends during which the machine stood still. */
  readonly stalled: readonly number[]
  /** From when the access had to be gone to when it was seen the last time, whoever died meanwhile. */
  readonly overtime: readonly number[]
  readonly duplicates: number
}

export interface Verdict {
  readonly violations: readonly string[]
  readonly figures: Figures
}

/** The bound after a crash: so long after the next replica is up. */
const BOUND_MS = 5_000
/** The checker looks every 50 ms; a stay may be seen so much later than it is. */
const SEEN_MS = 250
const PLACES = 3

/** Which event stands in the journal when this was the answer. */
const EVENT_OF: Readonly<Record<string, readonly string[]>> = {
  Requested: ['requested'],
  Approved: ['approved'],
  Denied: ['denied', 'extension denied'],
  Withdrawn: ['withdrawn'],
  'Given back': ['ending', 'voided'],
  Revoked: ['ending', 'voided'],
  'Extension asked for': ['extension asked'],
  Extended: ['extended'],
}

/** Everything that people are told about a request, a line each. */
const TOLD = new Set([
  ...['requested', 'approved', 'denied', 'lapsed', 'withdrawn', 'voided', 'confirmed', 'warned', 'late'],
  ...['ended', 'came back', 'hurried', 'extension asked', 'extension approved', 'extended'],
  ...['extension denied', 'extension lapsed'],
])
const isTold = ({ type, because }: Entry['event']): boolean =>
  TOLD.has(type) || (type === 'ending' && because !== 'expired')

export const judge = (seen: Judged): Verdict => {
  const { observed, acks } = seen
  const stories = storiesOf(observed.entries)
  const told = new Map([...stories].map(([id, entries]) => [id, tellHistory(id, entries)]))
  const lost = acks.filter(({ id, said }) => !isRecorded(stories.get(id) ?? [], said))
  const stays = observed.stays.map((stay) => judgeStay(stay, seen, stories, told))
  const lateness = stays.flatMap(({ lateMs }) => lateMs ?? [])
  const places = [...stories].flatMap(([id, entries]) => judgePlaces(id, entries, seen))
  return {
    violations: [
      ...lost.map(({ id, said }) => `${id}: "${said}" was answered and is not in the journal`),
      ...gaps(observed.entries),
      ...[...told.values()].flatMap(({ violations }) => violations),
      ...(seen.over ? [...told].flatMap(([id, story]) => unfinished(id, story)) : []),
      ...unasked(observed.entries),
      ...stays.flatMap(({ violations }) => violations),
      ...places.flatMap(({ violations }) => violations),
      ...judgeAccess(seen, stories, told),
    ],
    figures: {
      acknowledged: acks.length,
      lost: lost.length,
      revocations: [...told.values()].filter(({ endedAt }) => endedAt !== undefined).length,
      late: lateness.filter((ms) => ms > BOUND_MS).length,
      lateness,
      stalled: stays.flatMap(({ stalledMs }) => stalledMs ?? []),
      overtime: stays.flatMap(({ overtimeMs }) => overtimeMs ?? []),
      duplicates: places.reduce((sum, { duplicates }) => sum + duplicates, 0),
    },
  }
}

export const storiesOf = (entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> => {
  const stories = new Map<string, Entry[]>()
  for (const entry of entries) {
    if (!entry.record.startsWith('r:')) continue
    const id = entry.record.slice(2)
    const known = stories.get(id)
    if (known === undefined) stories.set(id, [entry])
    else known.push(entry)
  }
  return stories
}

/** An end that came anyway is not the one that was answered. */
export const isRecorded = (story: readonly Entry[], said: string): boolean =>
  story.some(
    ({ event: { type, because } }) =>
      EVENT_OF[said]?.includes(type) && (type !== 'ending' || because === said.toLowerCase()),
  )

const gaps = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ n }, i) => (n === i + 1 ? [] : [`entry ${i + 1} has the number ${n}`])).slice(0, 3)

/** Whoever was not answered may have asked again: what nobody decided gives nothing. */
const unfinished = (id: string, story: Told): string[] =>
  isOver(story) || story.state === 'pending'
    ? []
    : [`${id}: still ${story.state} when everything should be over`]

/** A target is only asked to give what a grant holds. */
const unasked = (entries: readonly Entry[]): string[] => {
  const holders = new Map<string, number>()
  return entries.flatMap(({ record, event }) => {
    const held = holders.get(record) ?? 0
    if (event.type === 'held') holders.set(record, held + 1)
    if (event.type === 'released') holders.set(record, held - 1)
    const isAsked = event.type === 'attempted' && event.does === 'grant'
    return isAsked && held === 0 ? [`${record}: asked of the target with no grant behind it`] : []
  })
}

const accountOf = (story: readonly Entry[]): string => {
  const draft = story[0]?.event.draft as { access?: { account?: string } } | undefined
  return draft?.access?.account ?? ''
}

interface JudgedStay {
  readonly violations: readonly string[]
  readonly lateMs?: number
  /** The same while the machine stood still: known, and no measure of anything. */
  readonly stalledMs?: number
  readonly overtimeMs?: number
}

const judgeStay = (
  stay: Stay,
  { disturbances, observed }: Judged,
  stories: ReadonlyMap<string, readonly Entry[]>,
  told: ReadonlyMap<string, Told>,
): JudgedStay => {
  const own = [...stories].filter(([, story]) => accountOf(story) === stay.account)
  const who = `${stay.account}, who had access from ${stay.from} to ${stay.to}`
  const armed = own.flatMap(([, story]) =>
    story.flatMap(({ event }) => (event.type === 'cleared' ? [Number(event.at)] : [])),
  )
  // The look begins after what it finds, and the clock is the same machine's.
  if (!armed.some((at) => at <= stay.from + SEEN_MS)) return { violations: [`${who}: no grant`] }
  const dues = own.map(([id, story]) => {
    const cleared = story.some(({ event, at }) => event.type === 'cleared' && at <= stay.to)
    return cleared ? (told.get(id)?.dueAt ?? Number.POSITIVE_INFINITY) : Number.NEGATIVE_INFINITY
  })
  const due = Math.max(...dues)
  if (due > observed.at) return { violations: [] }
  const quiet = quietTimes(disturbances, due, stay.to).map(({ from, to }) => ({
    lateMs: to - from,
    stoodMs: standstill(observed.stalls, from, to),
  }))
  const { lateMs, stoodMs } = quiet.reduce(
    (worst, one) => (one.lateMs - one.stoodMs >= worst.lateMs - worst.stoodMs ? one : worst),
    { lateMs: 0, stoodMs: 0 },
  )
  const violations =
    lateMs - stoodMs > BOUND_MS + SEEN_MS
      ? [
          `${who}: ${lateMs} ms late (${stay.to - due} after its end), of which the machine stood still ${stoodMs}`,
        ]
      : []
  const overtimeMs = Math.max(0, stay.to - due)
  return stoodMs > 0 ? { violations, overtimeMs, stalledMs: lateMs } : { violations, overtimeMs, lateMs }
}

type Span = Pick<Stay, 'from' | 'to'>

/**
 * While nobody was there it could not end; whoever comes has its time from then on. What was late before the next one died is
 * late all the same.
 */
const quietTimes = (disturbances: readonly Disturbance[], due: number, seen: number): readonly Span[] =>
  [{ at: due, isUp: true }, ...disturbances].flatMap(({ at, isUp }, i) => {
    const from = Math.max(at, due)
    const to = Math.min(disturbances[i]?.at ?? seen, seen)
    return isUp && to > from ? [{ from, to }] : []
  })

/** How long of this time the machine gave its processes nothing, ms: nobody could have ended anything. */
const standstill = (stalls: readonly Stall[], from: number, to: number): number =>
  stalls.reduce((sum, stall) => sum + Math.max(0, Math.min(to, stall.to) - Math.max(from, stall.from)), 0)

const judgePlaces = (
  id: string,
  story: readonly Entry[],
  { observed, over }: Judged,
): { violations: string[]; duplicates: number }[] => {
  const lines = story.filter(({ event }) => isTold(event)).length
  const places = observed.shown[id] ?? []
  // The approvers' channel, the audit channel, and whoever asked.
  const missing = over && places.length !== PLACES ? [`${id}: shown in ${places.length} places`] : []
  return [
    { violations: missing, duplicates: 0 },
    ...places.map(({ where, cards, lines: found }: Shown) => {
      const twice = found.length - new Set(found).size + (cards - 1)
      const violations: string[] = []
      if (cards !== 1) violations.push(`${id}: ${cards} cards in ${where}`)
      if (new Set(found).size !== found.length)
        violations.push(`${id}: a line stands twice in ${where}: ${found}`)
      const wanted = Array.from({ length: lines }, (_, n) => n + 1)
      // Under the approvers' card only what they are asked again is told.
      if (over && where !== 'dbas' && [...found].sort((a, b) => a - b).join() !== wanted.join())
        violations.push(`${id}: lines ${found} in ${where}, ${lines} events were told`)
      return { violations, duplicates: Math.max(0, twice) }
    }),
  ]
}

const judgeAccess = (
  { observed, over, standing }: Judged,
  stories: ReadonlyMap<string, readonly Entry[]>,
  told: ReadonlyMap<string, Told>,
): string[] => {
  const mayHold = new Set(
    [...stories].flatMap(([id, story]) => (isOver(told.get(id) as Told) ? [] : [accountOf(story)])),
  )
  const violations = standing.flatMap((name) =>
    observed.standing.includes(name) && observed.readers.includes(name)
      ? []
      : [`${name} lost access that Curfew never gave`],
  )
  if (!over) return violations
  for (const name of observed.holders)
    if (!mayHold.has(name)) violations.push(`${name} holds our role with no grant behind it`)
  for (const name of observed.readers)
    if (!mayHold.has(name) && !standing.includes(name))
      violations.push(`${name} reads with no grant behind it`)
  return violations
}
