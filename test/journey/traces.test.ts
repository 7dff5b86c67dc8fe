/** The trace of a request, as a collector gets it: one story from the gesture to the last revoke. */
import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { Fault } from '../../src/domain/fault.ts'
import { type CollectedSpan, type Collector, startCollector } from '../fixtures/collector.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, startVaultBot, VAULT_KEY } from '../fixtures/vault-bot.ts'

const CASE = { timeout: 40_000 }
let redis: TestRedis
let collector: Collector
let revokesToFail = 0
const local = makeInProcess({
  call: async (does) => {
    if (does === 'revoke' && revokesToFail-- > 0) throw new Fault('retry', 'the vault is shut for ana')
  },
})
const apps: App[] = []

beforeEach(async () => {
  revokesToFail = 0
  redis = await startRedis()
  collector = await startCollector()
})
afterEach(async () => {
  await stopAll()
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name]
  await collector.stop()
  await redis.stop()
})

const stopAll = async (): Promise<void> => {
  for (const app of apps.splice(0)) await app.stop()
}
/** The SDK reads where to send from the environment of the process. */
const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
  Object.assign(process.env, env)
  apps.push(await startVaultBot({ local, redisUrl: redis.url, env }))
}
const untilHeld = (count: number) => expect.poll(() => local.held.size, { timeout: 20_000 }).toBe(count)

const lastEvent = async (): Promise<string> => {
  const [[, fields] = []] = await redis.client.xrevrange('{curfew}:journal', '+', '-', 'COUNT', 1)
  return (JSON.parse(fields?.[1] ?? '{}') as { event: { type: string } }).event.type
}

/** Modules that are CommonJS, as all of the SDK is. */
const isLoaded = (name: string): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes(`/node_modules/${name}/`))

it('loads nothing of the SDK, and sends nothing, where no collector is set', CASE, async () => {
  await start({})
  await askForVault(local)
  for (const name of ['sdk-trace', 'exporter-trace-otlp-http', 'exporter-trace-otlp-proto', 'resources'])
    expect(isLoaded(`@opentelemetry/${name}`)).toBe(false)
  expect(isLoaded('bullmq-otel')).toBe(false)
  expect(collector.exports).toEqual([])
})

it('tells one request as one story, from the gesture over the job to the target', CASE, async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
  await start(env)
  expect(isLoaded('@opentelemetry/sdk-trace')).toBe(true)
  const [id, other] = [await askForVault(local), await askForVault(local)]
  await approveVault(local, id)
  await untilHeld(1)
  revokesToFail = 1
  await untilHeld(0)
  await expect.poll(lastEvent, { timeout: 10_000 }).toBe('ended')
  await stopAll()

  const story = collector.spans.filter(({ attributes }) => attributes['curfew.request'] === id)
  const [{ traceId = '' } = {}] = story
  const spans = collector.spans.filter((span) => span.traceId === traceId)
  expect(story.filter((span) => span.traceId !== traceId)).toEqual([])
  expect(spans.some(({ attributes }) => attributes['curfew.request'] === other)).toBe(false)

  const pathOf = (span: CollectedSpan): string => {
    const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
    return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`
  }
  const paths = spans.map(pathOf)
  expect(paths).toEqual(
    expect.arrayContaining([
      'gesture',
      'gesture > journal commit',
      'gesture > gesture',
      'gesture > gesture > journal commit',
      'gesture > clear',
      'gesture > clear > target resolve',
      'gesture > clear > journal commit',
      'gesture > grant',
      'gesture > grant > journal commit',
      'gesture > grant > target grant',
      'gesture > grant > target inspect',
      expect.stringMatching(/^gesture > grant > add alarms/),
      expect.stringMatching(/^gesture > grant > add alarms.* > process alarms/),
      'gesture > tick > journal commit',
      'gesture > revoke > target revoke',
      'gesture > revoke > target inspect',
      'gesture > deliver > chat send',
      'gesture > deliver > chat update',
    ]),
  )
  // One root, and everything hangs on it.
  expect(spans.filter(({ parentSpanId }) => !parentSpanId).map(({ name }) => name)).toEqual(['gesture'])
  expect(paths.filter((path) => !path.startsWith('gesture'))).toEqual([])

  const revokes = spans.filter(({ name }) => name === 'target revoke')
  expect(revokes.map(({ isError }) => isError)).toEqual([true, false])
  expect(revokes[0]?.attributes).toEqual({
    'curfew.target': 'vault',
    'curfew.seat': 'memory/vault/readonly/ana',
    'curfew.outcome': 'retry',
  })
  const everything = Buffer.concat(collector.exports.map(({ body }) => body)).toString()
  // The seat of this target holds the account; nothing else says who it is.
  expect(everything.replaceAll('memory/vault/readonly/ana', '')).not.toMatch(/\bana\b|olga|INC-42|shut/)
  for (const secret of [VAULT_KEY, redis.url]) expect(everything).not.toContain(secret)
})

it(
  'speaks protobuf by default, with the headers that are set, and waits for no collector',
  CASE,
  async () => {
    await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
      OTEL_SERVICE_NAME: 'curfew-blue',
    })
    const id = await askForVault(local)
    await stopAll()
    const [sent] = collector.exports
    expect(sent).toMatchObject({ type: 'application/x-protobuf', headers: { 'x-tenant': 'blue' } })
    expect(sent?.body.toString('latin1')).toContain(id)
    expect(sent?.body.toString('latin1')).toContain('curfew-blue')

    collector.hang()
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint })
    await approveVault(local, await askForVault(local))
    await untilHeld(1)
    const began = performance.now()
    await stopAll()
    expect(performance.now() - began).toBeLessThan(8_000)
  },
)
