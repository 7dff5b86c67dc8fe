/** What "fresh" means where looks share a connection: for each of them it was opened after they were asked. */
import { expect, it } from 'vitest'
import type { Session } from '../../src/targets/postgres/session.ts'
import { shareSession } from '../../src/targets/postgres/share-session.ts'
import { makeCall } from '../contract/target.ts'

/** Connections by the time at which they were opened; what goes on over one goes on until it is let go. */
const openLine = (breaks = false) => {
  let time = 0
  const held: (() => void)[] = []
  const opened: number[] = []
  const look = shareSession(async (_call, use) => {
    time += 1
    const openedAt = time
    opened.push(openedAt)
    await new Promise<void>((resolve) => held.push(resolve))
    if (breaks) throw new Error('cut')
    await use({ openedAt } as unknown as Session)
  })
  /** By how much the connection is younger than the question. */
  const ask = async (): Promise<number> => {
    time += 1
    const askedAt = time
    return look(
      makeCall(),
      async (session) => (session as unknown as { openedAt: number }).openedAt - askedAt,
    )
  }
  const letGo = async (): Promise<void> => {
    for (const go of held.splice(0)) go()
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  return { ask, letGo, opened }
}

it('no look rides on a connection that was there before it was asked', async () => {
  const line = openLine()
  const asked: Promise<number>[] = []
  for (let round = 0; round < 6; round += 1) {
    for (let i = 0; i < 5; i += 1) asked.push(line.ask())
    await line.letGo()
  }
  for (let round = 0; round < 20; round += 1) await line.letGo()
  const ages = await Promise.all(asked)
  expect(ages).toHaveLength(30)
  expect(Math.min(...ages)).toBeGreaterThan(0)
  // And they do share.
  expect(line.opened.length).toBeLessThan(asked.length / 2)
})

it('everybody on a connection that breaks is told', async () => {
  const line = openLine(true)
  const asked = [line.ask(), line.ask(), line.ask()].map((one) => one.catch((thrown: unknown) => thrown))
  for (let round = 0; round < 6; round += 1) await line.letGo()
  expect((await Promise.all(asked)).every((thrown) => thrown instanceof Error)).toBe(true)
})
