/** An operator on the host ends somebody's real access, with Slack out of reach. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

const curfew = async (...args: string[]): Promise<string> => {
  const { PATH = '', HOME = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: { PATH, HOME, ...bench.env },
  })
  return stdout
}

it('a revoke on the host ends SQL access, and the thread says who did it', { timeout: 60_000 }, async () => {
  const id = await bench.give('ana', `${READONLY} 1h because of INC-42`)
  expect(await bench.orders.canRead('ana')).toBe(true)
  expect(await curfew('who', 'ana@acme.test')).toContain(`${id}  active  ana@acme.test`)

  expect(await curfew('revoke', id, 'laptop', 'was', 'stolen')).toContain(`${id}: Revoked`)
  // The bot hears of it by its sweep, so it may be seconds late.
  await bench.untilLine(id, 'read back, the access is gone.', 20_000)
  expect(await bench.orders.canRead('ana')).toBe(false)
  expect(bench.lines(id)).toContainEqual(
    expect.stringMatching(/^Revoked by .+ \(on the host\)\. Reason: laptop was stolen$/),
  )
  expect(await curfew('verify')).toMatch(/^Whole: /)
})
