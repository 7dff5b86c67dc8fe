/**
 * What there is, for Prometheus: read from Redis when somebody asks, so that every replica says the same. While Redis does
 * not answer in time nothing is said but that; an old number would look like a true one.
 */
import { Gauge, Registry } from 'prom-client'
import { asFault } from '../../domain/fault.ts'
import type { Clock, Glance, Journal, Lane, Log, MirrorStatus } from '../../ports.ts'

/** Scrapes within this time of one another are answered from the same look. */
const FRESH_MS = 2_000
/** Whoever scrapes must not wait for a slow Redis. */
const ANSWER_MS = 1_000

export interface StateGauges {
  /** As text; within {@link ANSWER_MS}. Never rejects. */
  read(): Promise<string>
}

interface Tools {
  readonly journal: Pick<Journal, 'glance' | 'mirror'>
  readonly clock: Clock
  readonly log: Log
  doubts(): readonly string[]
}

interface Look {
  readonly glance: Glance
  /** Null: there is none. */
  readonly mirror: MirrorStatus | null
  /** How far the clock of Redis is ahead of the one of this process, ms. */
  readonly aheadMs: number
}

export const openStateGauges = ({ journal, clock, log, doubts }: Tools): StateGauges => {
  let known: { readonly look: Promise<Look>; readonly atMs: number } | undefined

  const look = (): Promise<Look> => {
    const nowMs = clock.monotonicMs()
    if (known === undefined || nowMs - known.atMs > FRESH_MS) known = { look: glanceAt(journal), atMs: nowMs }
    const { look } = known
    look.catch(() => {
      if (known?.look === look) known = undefined
    })
    return look
  }

  return {
    read: async () => {
      const registry = new Registry()
      const gauge = gaugesIn(registry)
      gauge(
        'curfew_doubts',
        'Reasons why nothing is given now; access is ended all the same.',
        doubts().length,
      )
      try {
        sayState(gauge, await within(clock, look()))
        gauge('curfew_redis_up', 'Whether Redis answered in time.', 1)
      } catch (thrown) {
        log.warn({ fault: asFault(thrown).message }, 'the state could not be read for metrics')
        gauge('curfew_redis_up', 'Whether Redis answered in time.', 0)
      }
      return registry.metrics()
    },
  }
}

const glanceAt = async (journal: Tools['journal']): Promise<Look> => {
  const before = Date.now()
  const [glance, mirror] = await Promise.all([journal.glance(), journal.mirror()])
  return { glance, mirror, aheadMs: glance.time - (before + Date.now()) / 2 }
}

const within = <T>(clock: Clock, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(ANSWER_MS, () => reject(new Error('no answer in time')))
    answer.then(resolve, reject).finally(cancel)
  })

type Say = (name: string, help: string, value: number | ReadonlyMap<string, number>, label?: string) => void

const gaugesIn =
  (registry: Registry): Say =>
  (name, help, value, label) => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
    })
    if (typeof value === 'number') gauge.set(value)
    else for (const [of, size] of value) gauge.set({ [label ?? '']: of }, size)
  }

const sayState = (say: Say, { glance, mirror, aheadMs }: Look): void => {
  const { lanes, late, nextEndAt, now, memoryShare } = glance
  const size = (lane: Lane): number => lanes.get(lane) ?? 0
  const grants = (['giving', 'active', 'ending'] as const).map(
    (state) => [state, size(`state:${state}`)] as const,
  )
  say('curfew_requests_pending', 'Requests that wait for a decision.', size('state:pending'))
  say('curfew_grants', 'Grants that are not over, by state.', new Map(grants), 'state')
  say('curfew_grants_late', 'Grants that should have been over for more than 10 s.', late)
  say(
    'curfew_grant_overdue_seconds',
    'How long ago the latest grant should have been over; 0: none is late.',
    Math.max(0, now - (nextEndAt ?? now)) / 1_000,
  )
  say(
    'curfew_deliveries_behind',
    'Places in chat that do not show yet what they should.',
    behindBy(lanes),
    'chat',
  )
  if (memoryShare !== null)
    say('curfew_redis_memory_ratio', 'Used of the maxmemory of Redis, from 0 to 1.', memoryShare)
  if (mirror !== null)
    say('curfew_mirror_behind', 'Entries of the journal that the mirror lacks.', mirror.behind)
  say(
    'curfew_clock_difference_seconds',
    'How far the clock of Redis, by which access ends, is ahead of the clock here.',
    aheadMs / 1_000,
  )
}

/** A chat has several lanes, `chat:<chat>` and `chat:<chat>:<turn>`. */
const behindBy = (lanes: Glance['lanes']): ReadonlyMap<string, number> => {
  const behind = new Map<string, number>()
  for (const [lane, size] of lanes) {
    const [kind, chat = ''] = lane.split(':')
    if (kind === 'chat') behind.set(chat, (behind.get(chat) ?? 0) + size)
  }
  return behind
}
