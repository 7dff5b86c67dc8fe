/** What there is, for Prometheus: one look for many who ask, no waiting, and no old numbers. */
import { expect, it } from 'vitest'
import { makeLog } from '../../src/infra/log.ts'
import { openStateGauges } from '../../src/infra/monitor/state-gauges.ts'
import type { Glance, MirrorStatus } from '../../src/ports.ts'

const log = makeLog({ level: 'silent' })
const GLANCE: Glance = {
  now: 100_000,
  time: 100_000,
  lanes: new Map([
    ['state:active', 3],
    ['chat:pub', 1],
    ['chat:pub:audit', 4],
    ['take:pub', 9],
  ]),
  late: 2,
  nextEndAt: 70_000,
  memoryShare: 0.5,
}

/** A journal that answers as it is told, under a clock that is moved by hand. */
const open = (answer: () => Promise<Glance>, mirror: MirrorStatus | null = null) => {
  let nowMs = 0
  let looks = 0
  const timers = new Map<() => void, number>()
  const gauges = openStateGauges({
    log,
    doubts: () => ['one'],
    journal: {
      glance: () => {
        looks += 1
        return answer()
      },
      mirror: async () => mirror,
    },
    clock: {
      monotonicMs: () => nowMs,
      after: (ms, run) => {
        timers.set(run, nowMs + ms)
        return () => timers.delete(run)
      },
    },
  })
  const pass = (ms: number): void => {
    nowMs += ms
    for (const [run, at] of timers) if (at <= nowMs) run()
  }
  return { ...gauges, pass, looks: () => looks }
}

it('says what there is', async () => {
  const page = await open(async () => GLANCE).read()
  for (const line of [
    'curfew_doubts 1',
    'curfew_grants{state="giving"} 0',
    'curfew_grants{state="active"} 3',
    'curfew_grants_late 2',
    'curfew_grant_overdue_seconds 30',
    'curfew_deliveries_behind{chat="pub"} 5',
    'curfew_redis_memory_ratio 0.5',
    'curfew_redis_up 1',
  ])
    expect(page.split('\n')).toContain(line)
  expect(page).not.toContain('take')
})

it('says how far the mirror is behind, where there is one', async () => {
  expect(await open(async () => GLANCE).read()).not.toContain('curfew_mirror_behind')
  const page = await open(async () => GLANCE, { n: 5, at: 99_000, behind: 7 }).read()
  expect(page.split('\n')).toContain('curfew_mirror_behind 7')
})

it('looks once for all who ask within two seconds', async () => {
  const state = open(async () => GLANCE)
  await Promise.all([state.read(), state.read()])
  state.pass(2_000)
  await state.read()
  expect(state.looks()).toBe(1)
  state.pass(1)
  await state.read()
  expect(state.looks()).toBe(2)
})

it('waits a second for an answer and no longer', async () => {
  const state = open(() => new Promise(() => undefined))
  const page = state.read()
  state.pass(1_000)
  expect(await page).toContain('curfew_redis_up 0')
  expect(await page).not.toContain('curfew_grants')
})

it('asks again at once after a failure', async () => {
  const answers = [Promise.reject(new Error('gone')), Promise.resolve(GLANCE)]
  const state = open(() => answers.shift() ?? Promise.reject(new Error('asked too often')))
  expect(await state.read()).toContain('curfew_redis_up 0')
  expect(await state.read()).toContain('curfew_redis_up 1')
})
