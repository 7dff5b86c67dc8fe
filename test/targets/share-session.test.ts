/** What "fresh" means where calls share a connection: for each of them it was opened after they were asked. */
import { expect, it } from 'vitest'
import type { Session } from '../../src/targets/postgres/session.ts'
import { shareSession } from '../../src/targets/postgres/share-session.ts'
import { makeCall } from '../contract/target.ts'

/** Connections by the time at which they were opened; what goes on over one goes on until it is let go. */
const openLine = (breaks = false) => {
  let time = 0
  const held: (() => void)[] = []
  const opened: number[] = []
  const patience: (() => void)[] = []
  const clock = {
    monotonicMs: () => 0,
    after: (_ms: number, run: () => void) => {
      patience.push(run)
      return () => void patience.splice(patience.indexOf(run), 1)
    },
  }
  const share = shareSession(
    async (_call, use) => {
      time += 1
      const openedAt = time
      opened.push(openedAt)
      await new Promise<void>((resolve) => held.push(resolve))
      if (breaks) throw new Error('cut')
      await use({ openedAt, undo: async () => undefined } as unknown as Session)
    },
    clock,
    2,
  )
  /** By how much the connection is younger than the question; `meanwhile` is what it waits for. */
  const ask = async (meanwhile: Promise<void> = Promise.resolve()): Promise<number> => {
    time += 1
    const askedAt = time
    return share(makeCall(), async (session) => {
      await meanwhile
      return (session as unknown as { openedAt: number }).openedAt - askedAt
    })
  }
  const letGo = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    for (const go of held.splice(0)) go()
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return { ask, letGo, opened, losePatience: () => patience.splice(0).forEach((run) => void run()) }
}

it('no look rides on a connection that was there before it was asked', async () => {
  const line = openLine()
  const asked: Promise<number>[] = []
  for (let round = 0; round < 6; round += 1) {
    for (let i = 0; i < 5; i += 1) asked.push(line.ask())
    await new Promise((resolve) => setImmediate(resolve))
    for (let i = 0; i < 5; i += 1) asked.push(line.ask())
    await line.letGo()
  }
  for (let round = 0; round < 20; round += 1) await line.letGo()
  const ages = await Promise.all(asked)
  expect(ages).toHaveLength(60)
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

it('what hangs holds up neither who came before it nor who came after it', async () => {
  const line = openLine()
  let goOn = (): void => undefined
  const hanging = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const told: number[] = []
  const asked = Array.from({ length: 10 }, (_, i) => {
    // One in the middle of each connection.
    const hangs = i === 2 || i === 7
    return line.ask(hangs ? hanging : undefined).then(() => told.push(i))
  })
  await line.letGo()
  line.losePatience()
  for (let round = 0; round < 4; round += 1) await line.letGo()
  expect(told.sort((a, b) => a - b)).toEqual([0, 1, 3, 4, 5, 6, 8, 9])
  goOn()
  await line.letGo()
  await Promise.all(asked)
})
