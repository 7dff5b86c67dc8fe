/**
 * The loop that does what is due. Alarms, commits, a sweep every few seconds and a timer for what is near all only say
 * "look now"; the claim decides. Every target and every chat has a lane of its own, so that a slow one delays only itself.
 */
import { asFault } from '../domain/fault.ts'
import {
  DELIVERIES_IN_A_ROW,
  GIVE_SLOTS,
  HOLD_EVERY_MS,
  RECORDS_AT_ONCE,
  SWEEP_MS,
  TAKE_SLOTS,
} from '../domain/limits.ts'
import type { Instant, RecordKey, Request, RequestId, Seat } from '../domain/model.ts'
import { type Effect, owed } from '../domain/owed.ts'
import type { Lane, Stored } from '../ports.ts'
import { dueOf } from './change.ts'
import { lanesOfChat } from './chat-lanes.ts'
import { clear } from './clear.ts'
import { deliver } from './deliver.ts'
import type { Deps } from './deps.ts'
import { loadForTick, readState } from './load.ts'
import { postNotice } from './post-notice.ts'
import { settle } from './settle.ts'
import { transact } from './transact.ts'

export interface Pump {
  /** Something may be due: look now. */
  wake(): void
  /** Takes no new work and waits for what is running, at most this long. */
  stop(atMostMs: number): Promise<void>
}

interface Running {
  /** Where it was claimed last. */
  lane: Lane
  readonly key: RecordKey
  /** Claimed once more meanwhile: run it again. */
  again: boolean
}

/** Starts the loop at once. */
export const startPump = (deps: Deps): Pump => {
  const running = new Map<string, Running>()
  let stopped = false
  let claiming = false
  let wanted = false
  let cancelTimer = (): void => undefined

  const wake = (): void => {
    wanted = true
    if (!claiming && !stopped) void claim()
  }

  const claim = async (): Promise<void> => {
    claiming = true
    let sleepMs: number = SWEEP_MS
    while (wanted && !stopped) {
      wanted = false
      sleepMs = await claimOnce()
    }
    claiming = false
    cancelTimer()
    if (!stopped) cancelTimer = deps.clock.after(sleepMs, wake)
  }

  /** Answers how long nothing will be due. */
  const claimOnce = async (): Promise<number> => {
    const lanes = freeLanes(deps, [...running.values()])
    try {
      const { now, claimed, nextAt } = await deps.journal.claimDue(lanes)
      for (const { lane, record } of claimed) run(lane, record, now)
      if (claimed.length > 0) wanted = true
      return nextAt === null ? SWEEP_MS : Math.min(SWEEP_MS, Math.max(0, nextAt - now))
    } catch (thrown) {
      deps.log.warn({ fault: asFault(thrown).message }, 'nothing could be claimed')
      return SWEEP_MS
    }
  }

  const run = (lane: Lane, record: Stored, now: Instant): void => {
    const id = runningId(lane, record.key)
    const known = running.get(id)
    if (known !== undefined) {
      known.again = true
      known.lane = lane
      return
    }
    const entry: Running = { lane, key: record.key, again: false }
    running.set(id, entry)
    void workOff(deps, entry, record, now)
      .catch((thrown: unknown) => sayFailed(deps, record.key, thrown))
      .finally(() => {
        const wasFull = (slotsLeft(deps, [...running.values()]).get(entry.lane) ?? 0) <= 0
        running.delete(id)
        if (wasFull) wake()
      })
  }

  const renew = (): void => {
    if (stopped && running.size === 0) return
    cancelHold = deps.clock.after(HOLD_EVERY_MS, renew)
    if (running.size > 0) void deps.journal.hold([...running.values()]).catch(() => undefined)
  }
  let cancelHold = deps.clock.after(HOLD_EVERY_MS, renew)
  wake()

  return {
    wake,
    stop: async (atMostMs) => {
      stopped = true
      cancelTimer()
      const untilMs = deps.clock.monotonicMs() + atMostMs
      while (running.size > 0 && deps.clock.monotonicMs() < untilMs) {
        await new Promise<void>((resolve) => deps.clock.after(20, resolve))
      }
      cancelHold()
    },
  }
}

/** A place is worked on once, whichever of its chat's lanes it came from; a seat's end never waits for its grant. */
const runningId = (lane: Lane, key: RecordKey): string => (/^[dt]:/.test(key) ? key : `${lane} ${key}`)

/** Every lane with the slots that it has in all. */
const allLanes = (deps: Deps): readonly { readonly lane: Lane; readonly slots: number }[] => {
  const targets = [...deps.targets.keys()]
  return [
    { lane: 'records', slots: RECORDS_AT_ONCE },
    ...targets.map((name) => ({ lane: `take:${name}` as const, slots: TAKE_SLOTS })),
    ...targets.map((name) => ({ lane: `give:${name}` as const, slots: GIVE_SLOTS })),
    ...[...deps.chats.keys()].flatMap(lanesOfChat),
  ]
}

const slotsLeft = (deps: Deps, running: readonly Running[]): ReadonlyMap<Lane, number> => {
  const left = new Map(allLanes(deps).map(({ lane, slots }) => [lane, slots]))
  for (const { lane } of running) left.set(lane, (left.get(lane) ?? 0) - 1)
  return left
}

const freeLanes = (deps: Deps, running: readonly Running[]): readonly { lane: Lane; atMost: number }[] =>
  [...slotsLeft(deps, running)].map(([lane, atMost]) => ({ lane, atMost })).filter(({ atMost }) => atMost > 0)

/** Works until nobody has claimed the same thing again meanwhile. */
const workOff = async (deps: Deps, entry: Running, record: Stored, now: Instant): Promise<void> => {
  await work(deps, entry.lane, record, now)
  while (entry.again) {
    entry.again = false
    const fresh = await deps.journal.load([entry.key])
    const next = fresh.records.get(entry.key)
    if (next !== undefined) await work(deps, entry.lane, next, fresh.now)
  }
}

const work = async (deps: Deps, lane: Lane, record: Stored, now: Instant): Promise<void> => {
  if (record.key.startsWith('d:')) return deliverAll(deps, record)
  if (record.key.startsWith('t:')) return postNotice(deps, record.key)
  const state = record.key.startsWith('s:') ? readState('seat', record) : readState('request', record)
  if (state === null) return
  const does = owed(state, now)?.effect
  if (does === undefined) return putBack(deps, lane, record, state)
  await deps.monitor.step({ does, requests: concerned(state) }, () => workOn(deps, state, does, now))
}

const workOn = async (
  deps: Deps,
  state: Request | Seat,
  does: Effect['effect'],
  now: Instant,
): Promise<void> => {
  if (state.kind === 'seat') return settle(deps, state, now)
  if (does === 'clear') await clear(deps, state.id)
  else
    await transact(deps, {
      load: () => loadForTick(deps.journal, state.id),
      choose: () => ({ do: 'tick' }),
    })
}

/** Whose story it is: of those who share a seat, the ones who wait for it. */
const concerned = (state: Request | Seat): readonly RequestId[] => {
  if (state.kind === 'request') return [state.id]
  const waiting = state.holders.filter((holder) => !holder.active).map((holder) => holder.request)
  const those = state.holders.length > 0 ? waiting : state.leaving
  return those.length > 0 ? those : [state.lastRequest ?? []].flat()
}

const deliverAll = async (deps: Deps, { key, ...record }: Stored): Promise<void> => {
  const request = readState('delivery', { key, ...record })?.request
  const requests = request === undefined ? [] : [request]
  await deps.monitor.step({ does: 'deliver', requests }, async () => {
    for (let i = 0; i < DELIVERIES_IN_A_ROW; i++) {
      if (!(await deliver(deps, key))) return
    }
  })
}

/** It came too early, or into a lane it has left. */
const putBack = (deps: Deps, lane: Lane, record: Stored, state: Request | Seat): Promise<void> => {
  const at = dueOf(record.key, state).find((due) => due.lane === lane)?.at ?? null
  return deps.journal.release(lane, record.key, record.v, at)
}

/** Nothing leaves what is owed by failing: its lease runs out, and it comes again. */
const sayFailed = (deps: Deps, key: RecordKey, thrown: unknown): void => {
  const fault = asFault(thrown)
  const cause = fault.cause instanceof Error ? { error: fault.cause.stack } : {}
  deps.log.error({ record: key, fault: fault.message, ...cause }, 'work failed and will come again')
}
