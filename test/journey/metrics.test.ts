/** `/metrics` of replicas on one Redis: true at every moment, silent about people, and never a reason to wait. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { App } from '../../src/app.ts'
import { Fault } from '../../src/domain/fault.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, startVaultBot, VAULT_KEY } from '../fixtures/vault-bot.ts'

const CASE = { timeout: 30_000 }
let redis: TestRedis
let folder: string
/** The target takes nothing away. */
let stuck = false
const local = makeInProcess({
  call: async (does) => {
    if (does === 'revoke' && stuck) throw new Fault('retry', 'the vault is shut')
  },
})
let apps: App[] = []

beforeAll(async () => {
  redis = await startRedis()
  folder = mkdtempSync(join(tmpdir(), 'curfew-metrics-'))
  const more = `mirror: { folder: ${folder} }\n`
  const options = { local, more, redisUrl: redis.url, overrides: { prelude: MOVED } }
  apps = [await startVaultBot(options), await startVaultBot(options)]
})
afterAll(async () => {
  await Promise.all(apps.map((app) => app.stop()))
  await redis?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const pageOf = async (app: App | undefined): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${app?.port}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  return response.text()
}
const pages = (): Promise<string[]> => Promise.all(apps.map(pageOf))
const readPage = (page: string): Record<string, number> =>
  Object.fromEntries(
    page
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
/** Not those of Node: a file that is being written, or a first collection of garbage, brings some of its own. */
const ownSeries = (page: string): string[] =>
  Object.keys(readPage(page)).filter((name) => name.startsWith('curfew_'))
const figures = async (app = apps[0]) => readPage(await pageOf(app))
/** The sum over all replicas: each counts what it did itself. */
const total = async (name: string): Promise<number> => {
  const all = (await pages()).map(readPage)
  return all.reduce((sum, one) => sum + (one[name] ?? 0), 0)
}
/** Each replica says the same of what there is. */
const untilState = async (expected: Record<string, number>): Promise<void> => {
  for (const app of apps)
    await expect.poll(() => figures(app), { timeout: 15_000, interval: 200 }).toMatchObject(expected)
}

const askInVain = (who: string) =>
  local.act(who, { kind: 'words', text: 'request vault/nothing 1h because of INC-42', mentions: [] })
const STATE = 'curfew_grants{state='

it('follows a request from asking to a late end, on every replica', CASE, async () => {
  await askInVain('ana')
  const id = await askForVault(local)
  await untilState({
    curfew_requests_pending: 1,
    [`${STATE}"active"}`]: 0,
    curfew_redis_up: 1,
    curfew_doubts: 0,
  })

  await approveVault(local, id)
  await untilState({ curfew_requests_pending: 0, [`${STATE}"active"}`]: 1, curfew_grants_late: 0 })

  stuck = true
  await redis.client.set('test:ahead', 40_000)
  await untilState({ [`${STATE}"active"}`]: 0, [`${STATE}"ending"}`]: 1, curfew_grants_late: 1 })
  const late = await figures()
  expect(late.curfew_grant_overdue_seconds).toBeGreaterThan(20)
  expect(late.curfew_clock_difference_seconds).toBeCloseTo(40, 0)
  const failed = 'curfew_target_calls_total{target="vault",does="revoke",outcome="retry"}'
  expect(await total(failed)).toBeGreaterThan(0)

  stuck = false
  await untilState({ [`${STATE}"ending"}`]: 0, curfew_grants_late: 0, curfew_grant_overdue_seconds: 0 })
  expect(await total('curfew_grant_lateness_seconds_count')).toBe(1)
  expect(await total('curfew_grant_lateness_seconds_bucket{le="10"}')).toBe(0)
  expect(await total('curfew_grant_lateness_seconds_sum')).toBeGreaterThan(20)
  expect(await total('curfew_refusals_total{code="unknown-entitlement"}')).toBe(1)
  expect(await total('curfew_events_total{type="ended"}')).toBe(1)
  await untilState({ 'curfew_deliveries_behind{chat="local"}': 0 })
  const swept = (await figures()).curfew_last_sweep_timestamp_seconds ?? 0
  expect(Math.abs(swept - (Date.now() / 1_000 + 40))).toBeLessThan(10)
})

it('names nobody and no request, and grows with neither', CASE, async () => {
  const before = await pages()
  for (let n = 0; n < 25; n++) await askInVain(`person${n}`)
  const after = await pages()
  expect(after.map(ownSeries)).toEqual(before.map(ownSeries))
  for (const page of after) {
    expect(page).not.toMatch(/\bana\b|olga|person\d|acme|R-[0-9A-Z]{6}|INC-42/)
    for (const secret of [VAULT_KEY, redis.url]) expect(page).not.toContain(secret)
  }
})

/** Names of what is served, whatever their labels; histograms by their own name as well. */
const served = async (): Promise<ReadonlySet<string>> => {
  const names = [...(await pages()).join('\n').matchAll(/^(?:# TYPE )?([a-z]\w*)/gm)].map(
    (match) => match[1] ?? '',
  )
  // No memory limit is set here.
  return new Set([...names, 'curfew_redis_memory_ratio'])
}
const readFile = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('is told whole in the documents', CASE, async () => {
  const told = readFile('docs/monitoring.md').match(/\bcurfew_\w+/g) ?? []
  const own = [...(await served())].filter(
    (name) => /^curfew_/.test(name) && !/_(bucket|sum|count)$/.test(name),
  )
  expect(new Set(told)).toEqual(new Set(own))
})

describe('the ready alert rules', () => {
  const { groups } = parse(readFile('deploy/prometheus-rules.yaml')) as {
    groups: {
      rules: { alert: string; expr: string; labels: object; annotations: Record<string, string> }[]
    }[]
  }
  const ANCHOR =
    /^docs\/runbook\.md#(bot-down|redis-down|redis-full|redis-lost|target-down|late-revocation|chat-down|mirror-behind)$/
  const rules = groups.flatMap((group) => group.rules)

  it('ask only for figures that are there', CASE, async () => {
    const there = await served()
    const asked = rules.flatMap(({ expr }) => expr.match(/\b(?:curfew|process|nodejs)_\w+/g) ?? [])
    expect(asked.filter((name) => !there.has(name))).toEqual([])
    expect(asked.length).toBeGreaterThanOrEqual(rules.length)
  })

  it('each say what is wrong, how bad it is, and where to read on', () => {
    for (const { alert, labels, annotations } of rules) {
      expect({ alert, labels }).toMatchObject({
        labels: { severity: expect.stringMatching(/^(page|ticket)$/) },
      })
      expect(annotations.summary).toMatch(/\.$/)
      expect(annotations.runbook_url).toMatch(ANCHOR)
    }
  })
})

describe('without Redis', () => {
  const quick = async (): Promise<Record<string, number>> => {
    const began = performance.now()
    const found = await figures()
    expect(performance.now() - began).toBeLessThan(2_000)
    return found
  }
  const says = (found: Record<string, number>) => ({
    up: found.curfew_redis_up,
    sweeps: 'curfew_last_sweep_timestamp_seconds' in found,
    state: Object.keys(found).some((name) => /^curfew_(grants|requests|deliveries)/.test(name)),
  })

  it('one that hangs, or is gone: it answers in time, and says only what it knows', CASE, async () => {
    process.kill(redis.pid(), 'SIGSTOP')
    await expect.poll(async () => says(await quick()), CASE).toEqual({ up: 0, sweeps: true, state: false })
    process.kill(redis.pid(), 'SIGCONT')
    await expect.poll(async () => says(await quick()), CASE).toEqual({ up: 1, sweeps: true, state: true })
    await redis.kill()
    await expect.poll(async () => says(await quick()), CASE).toEqual({ up: 0, sweeps: true, state: false })
    await redis.start()
    await expect.poll(async () => says(await quick()), CASE).toEqual({ up: 1, sweeps: true, state: true })
  })
})
