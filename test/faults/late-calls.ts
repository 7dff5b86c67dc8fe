/**
 * Calls that land late: a bot is stopped (SIGSTOP) in the middle of giving access and wakes when that grant is long over, or a
 * target takes its time. PostgreSQL refuses by its own clock; a target without a clock is looked at once more, loudly.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../fixtures/until.ts'
import { type Fleet, type FleetOptions, openFleet } from './support/fleet.ts'
import type { Entry } from './support/observed.ts'
import { askFor, giveBack, type Lane } from './support/people.ts'
import type { Plan } from './support/plan.ts'
import type { Rig } from './support/rig.ts'

const STEP_MS = 60_000

const pausing = (record: string, call: string): Plan => ({
  record,
  strike: { when: 'before', call, nth: 1, signal: 'SIGSTOP' },
})

const isStopped = (record: string) => async (): Promise<boolean> =>
  (await readFile(record, 'utf8').catch(() => '')).includes('struck')

/** When the bot that stands still is woken. */
export type Wake = 'when refused' | 'when ended'

export interface Paused {
  /** What the bot that woke said of its call; absent: it went through. */
  readonly refused?: string
  /** PostgreSQL itself wrote down that the call came after its deadline. */
  readonly isTooLate: boolean
  /** How long the access was there once more, ms. */
  readonly backMs: number
  /** It was seen after the journal said "ended". */
  readonly isBackAfterEnded: boolean
  readonly reads: boolean
  readonly types: readonly string[]
}

/**
 * On PostgreSQL, two bots, chat over HTTP. Stopped right before the GRANT; the other one gives and ends. Woken as soon as the
 * holder is refused, while the stopped call may still land, or only when "ended" was said.
 */
export const pauseOnPostgres = async (rig: Rig, wake: Wake): Promise<Paused> => {
  const { bench } = rig
  const [paused, other] = rig.bots()
  if (paused === undefined || other === undefined) throw new Error('this needs two bots')
  const tooLate = (): number => bench.postgres.lines().filter((line) => line.includes('too late')).length
  const tooLateBefore = tooLate()
  const lane: Lane = { approver: 'bob', acks: [] }
  const talkTo = ({ origin }: typeof paused): void => bench.slack.connectBot(`${origin}/slack/events`)
  talkTo(paused)
  const life = await askFor(rig, lane, 3_600)
  const { who, id } = life
  const record = join(bench.folder, `${id}.calls`)
  await rig.arm(paused, pausing(record, 'sql GRANT'))
  // Who stands still answers nobody.
  const approved = bench.press('bob', 'Approve', id).catch(() => undefined)
  await until('one bot stands still', STEP_MS, isStopped(record))
  try {
    talkTo(other)
    await bench.untilLine(id, 'Access is given', STEP_MS)
    await giveBack(rig, lane, life)
    // A session that is ended in the middle of it says neither.
    const reads = (): Promise<boolean> => bench.orders.canRead(who).catch(() => true)
    await until(`${who} is refused`, STEP_MS, async () => !(await reads()))
    if (wake === 'when ended') await bench.untilLine(id, 'Ended', STEP_MS)
  } finally {
    process.kill(paused.pid(), 'SIGCONT')
  }
  await approved
  const refused = (): unknown =>
    paused.log.find(({ msg, does }) => msg === 'attempt failed' && does === 'grant')
  /** It says itself how its call went, however short the access was there. */
  const isAnswered = async (): Promise<boolean> => {
    const { entries } = await rig.checker.observe()
    const seat = entries.find(({ event }) => event.type === 'held' && event.request === id)?.record
    return entries.some(({ record: of, event }) => of === seat && event.type === 'answered' && event.n === 1)
  }
  // Its connection to Redis may have been given up meanwhile.
  const isLost = (): boolean => paused.log.some(({ msg }) => msg === 'work failed and will come again')
  const spoke = async () => refused() !== undefined || isLost() || (await isAnswered())
  await until('the call landed or was refused', STEP_MS, spoke)
  await bench.untilLine(id, 'Ended', STEP_MS)
  const { entries, stays, readers } = await rig.checker.observe()
  const [, ...back] = stays.filter(({ account }) => account === who)
  const fault = (refused() as { fault?: string } | undefined)?.fault
  return {
    ...(fault !== undefined && { refused: fault }),
    isTooLate: tooLate() > tooLateBefore,
    backMs: back.reduce((sum, { from, to }) => sum + Math.max(1, to - from), 0),
    isBackAfterEnded: back.some(({ to }) => to > endedAt(entries, id)),
    reads: readers.includes(who),
    types: typesOf(entries, id),
  }
}

/**
 * What must not be, a sentence each; none: `[]`. Woken when the holder is refused, the call may still land before its deadline, and
 * is taken away before "ended" is said. Woken after that, nothing comes back at all, and PostgreSQL says why.
 */
export const violationsOf = ({ isTooLate, backMs, isBackAfterEnded, reads }: Paused, wake: Wake): string[] =>
  [
    { is: reads, says: 'the holder reads' },
    { is: isBackAfterEnded, says: 'there after "ended"' },
    { is: wake === 'when ended' && backMs > 0, says: 'landed after "ended"' },
    { is: wake === 'when ended' && !isTooLate, says: 'its log does not say that the GRANT came too late' },
  ].flatMap(({ is, says }) => (is ? [`PostgreSQL, woken ${wake}: ${says}`] : []))

export interface Landed {
  readonly types: readonly string[]
  /** Grants that landed after "ended" stood in the journal. */
  readonly late: number
  /** From that moment until the access was gone again, ms. */
  readonly backMs: number
  readonly held: number
}

/** A try is over when the grant is given up, and a late call has landed so long after it. */
const SHORT: Omit<FleetOptions, 'bots'> = {
  vault: '    settlesInMs: 6000\n    provisionWithinMs: 10000\n',
  policy: '    provisionWithin: 10s\n',
}
/** Later than the try, and sooner than it settles. */
const SLOW_MS = 12_500

/** Without a deadline: the bot is stopped before its call, or the target lets it land after the time-out. */
export const landInVault = async (how: 'paused' | 'slow'): Promise<Landed> => {
  const fleet = await openFleet({ bots: 2, ...SHORT })
  try {
    return await landLate(fleet, how)
  } finally {
    await fleet.close()
  }
}

const landLate = async ({ bots, vault, redis, entries }: Fleet, how: 'paused' | 'slow'): Promise<Landed> => {
  const [first, second] = bots
  if (first === undefined || second === undefined) throw new Error('this needs two bots')
  const said = await first.act('ana', { text: 'request vault/readonly 1h because of INC-42' })
  const id = /R-[0-9A-Z]{6}/.exec(said?.text ?? '')?.[0] ?? ''
  const record = join(redis.folder, 'calls')
  if (how === 'paused') await first.arm(pausing(record, 'http POST /grant'))
  else vault.delayGrants(SLOW_MS)
  await first.act('olga', { verb: 'approve', value: id })
  if (how === 'paused') await until('one bot stands still', STEP_MS, isStopped(record))
  const isOver = async (): Promise<boolean> => endedAt(await entries(), id) < Number.POSITIVE_INFINITY
  try {
    if (how === 'paused') {
      await until('somebody gave it', STEP_MS, async () => vault.held.size > 0 || (await isOver()))
      await second.act('olga', { text: `revoke ${id} it is over` })
    }
    await until(`the end of ${id}`, STEP_MS, isOver)
  } finally {
    if (how === 'paused') process.kill(first.pid(), 'SIGCONT')
  }
  const ended = endedAt(await entries(), id)
  const late = () => vault.landed.filter(({ does, at }) => does === 'grant' && at > ended)
  await until('a call that lands late', STEP_MS, () => late().length > 0)
  await until('it is gone again', STEP_MS, () => vault.held.size === 0)
  await until('it was told', STEP_MS, async () => typesOf(await entries(), id).includes('came back'))
  const gone = vault.landed.findLast(({ does }) => does === 'revoke')?.at ?? 0
  return {
    types: typesOf(await entries(), id),
    late: late().length,
    backMs: gone - (late()[0]?.at ?? 0),
    held: vault.held.size,
  }
}

/** When the journal said so; never: infinity. */
const endedAt = (entries: readonly Entry[], id: string): number =>
  entries.find(({ record, event }) => record === `r:${id}` && event.type === 'ended')?.at ??
  Number.POSITIVE_INFINITY

const typesOf = (entries: readonly Entry[], id: string): string[] =>
  entries.filter(({ record }) => record === `r:${id}`).map(({ event }) => event.type)
