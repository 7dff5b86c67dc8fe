/** Messages stay within the connector's limits for one conversation, by the clock that says when each was sent. */
import { expect, it } from 'vitest'
import { createPace } from '../../src/chats/teams/pace.ts'
import { Fault } from '../../src/domain/fault.ts'
import type { Call } from '../../src/ports.ts'
import { manualClock } from './bot-side.ts'

const LIMITS = [
  { most: 7, withinMs: 1_000 },
  { most: 8, withinMs: 2_000 },
  { most: 60, withinMs: 30_000 },
  { most: 1_800, withinMs: 3_600_000 },
]
const STEP_MS = 100

const callFor = (key: string, leftMs: number): Call => ({
  signal: new AbortController().signal,
  notAfter: 0,
  left: () => leftMs,
  key,
})

/** Sends as a delivery does: again when it was put off, until everything is sent; answers when each was sent, ms. */
const flood = async (messages: number, conversations = 1): Promise<readonly number[][]> => {
  const { clock, advance } = manualClock()
  const inTurn = createPace(clock)
  const sentAt: number[][] = Array.from({ length: conversations }, () => [])
  let left = messages * conversations
  const deliver = async (key: string, to: number, notBeforeMs = 0): Promise<void> => {
    if (notBeforeMs > clock.monotonicMs())
      await new Promise<void>((resolve) => clock.after(notBeforeMs - clock.monotonicMs(), resolve))
    const turn = { conversation: `c${to}`, rank: 'audit', call: callFor(key, 20_000) } as const
    try {
      await inTurn(turn, async () => void sentAt[to]?.push(clock.monotonicMs()))
      left -= 1
    } catch (fault) {
      if (!(fault instanceof Fault) || !fault.paced) throw fault
      await deliver(key, to, clock.monotonicMs() + (fault.afterMs ?? 0))
    }
  }
  const all = Array.from({ length: messages * conversations }, (_, n) => deliver(`m${n}`, n % conversations))
  while (left > 0) {
    advance(STEP_MS)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(all)
  return sentAt
}

const worst = (sentAt: readonly number[], withinMs: number): number =>
  Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + withinMs).length))

it('a flood to one conversation breaks none of its limits', { timeout: 30_000 }, async () => {
  const [sentAt = []] = await flood(300)
  expect(sentAt).toHaveLength(300)
  for (const { most, withinMs } of LIMITS) expect(worst(sentAt, withinMs)).toBeLessThanOrEqual(most)
})

it('many conversations at once stay below what an app may send in a tenant', async () => {
  const sentAt = (await flood(3, 60)).flat()
  expect(worst(sentAt, 1_000)).toBeLessThanOrEqual(50)
})

it('a 429 is waited out in that conversation, and in no other', async () => {
  const { clock } = manualClock()
  const inTurn = createPace(clock)
  const turn = (conversation: string) => ({ conversation, rank: 'new', call: callFor('k', 11_000) }) as const
  const limited = new Fault('retry', 'fewer', { afterMs: 30_000 })
  await expect(inTurn(turn('a'), () => Promise.reject(limited))).rejects.toBe(limited)
  await expect(inTurn(turn('a'), async () => 'sent')).rejects.toMatchObject({ paced: true })
  expect(await inTurn(turn('b'), async () => 'sent')).toBe('sent')
})
