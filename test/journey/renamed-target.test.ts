/** A target gets another name when nobody holds anything in it: whoever had something there before is given it again, and it ends. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, startBench } from '../fixtures/run-bot.ts'

const CASE = { timeout: 90_000 }
const SOON = { timeout: 15_000, interval: 100 }

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

const isReady = async (): Promise<boolean> => (await fetch(`${bench.bot().origin}/readyz`)).ok
const rename = async (from: string, to: string): Promise<void> => {
  const file = bench.env.CURFEW_CONFIG ?? ''
  await bench.writeConfig((await readFile(file, 'utf8')).replaceAll(from, to))
}

it('and both go by the new name, over a reload and a start', CASE, async () => {
  const first = await bench.give('ana', 'orders-db/readonly 1h because of INC-1')
  await bench.type('ana', 'done')
  await bench.untilLine(first, 'Ended')

  await rename('orders-db', 'orders')
  process.kill(bench.bot().pid(), 'SIGHUP')
  await expect.poll(() => bench.type('ana', 'catalog'), SOON).toContain('orders/readonly')
  const second = await bench.give('ana', 'orders/readonly 1h because of INC-2')
  expect(await bench.orders.canRead('ana')).toBe(true)
  await bench.restart()
  expect(await isReady()).toBe(true)
  await bench.type('ana', 'done')
  await bench.untilLine(second, 'Ended')
  expect(await bench.orders.canRead('ana')).toBe(false)

  await rename('orders/', 'orders-again/')
  await rename('orders:', 'orders-again:')
  process.kill(bench.bot().pid(), 'SIGHUP')
  await expect.poll(() => bench.type('ana', 'catalog'), SOON).toContain('orders-again/readonly')
})
