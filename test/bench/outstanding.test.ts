/** A hundred thousand grants that are still to end, a million in the long form: what they cost, and that each ends in time. */
import { expect, it } from 'vitest'
import { measureOutstanding } from './outstanding.ts'

const IS_LONG = process.env.FAULTS === 'long'
const OPTIONS = { count: IS_LONG ? 1_000_000 : 100_000, sweeps: 3, endsForS: 5 }
const LIMIT_MS = IS_LONG ? 3_600_000 : 400_000

/** What the promises say of one sweep, a second for each hundred thousand; of one grant beside a job of BullMQ; and of the worst end. */
const SWEEP_S = OPTIONS.count / 100_000
const BYTES_MAX = 8_000
const LATE_MS = 5_000

it('very many outstanding grants cost little, and end in time', { timeout: LIMIT_MS }, async () => {
  const { bytes, oneSweep, lateMs } = await measureOutstanding(OPTIONS)
  expect(oneSweep.here + oneSweep.there).toBeLessThan(SWEEP_S)
  expect(bytes.grant).toBeLessThan(BYTES_MAX)
  expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...lateMs)).toBeLessThan(LATE_MS)
})
