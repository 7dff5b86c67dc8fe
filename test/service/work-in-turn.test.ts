/** Looks at the directory that nobody waits for: few at a time, hints first, rounds paced, faults tried again. */
import { expect, it } from 'vitest'
import { Fault } from '../../src/domain/fault.ts'
import { workInTurn } from '../../src/service/work-in-turn.ts'
import { manualClock, SILENT } from '../chats/slack-world.ts'

const PAUSE_MS = 1_000

const start = () => {
  const time = manualClock()
  const under = new Map<string, { done(): void; fail(fault: Fault): void }>()
  const begun: string[] = []
  const look = (ref: string): Promise<void> => {
    begun.push(ref)
    return new Promise((resolve, reject) => {
      under.set(ref, {
        done: () => {
          under.delete(ref)
          resolve()
        },
        fail: (fault) => {
          under.delete(ref)
          reject(fault)
        },
      })
    })
  }
  const turns = workInTurn(
    { clock: time.clock, log: SILENT },
    { what: 'not looked at', pauseMs: PAUSE_MS, look },
  )
  /** Ends a look, and lets what follows from it happen. */
  const end = async (ref: string, fault?: Fault): Promise<void> => {
    const one = under.get(ref)
    if (fault === undefined) one?.done()
    else one?.fail(fault)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { ...turns, time, begun, end, under }
}

it('a round goes one by one, with a pause, and leaves a place to hints', async () => {
  const { add, hint, begun, end, time, under } = start()
  add(['a', 'b', 'c'])
  expect(begun).toEqual(['a'])
  await end('a')
  time.advance(PAUSE_MS - 1)
  expect(begun).toEqual(['a'])
  time.advance(1)
  expect(begun).toEqual(['a', 'b'])
  hint('x')
  hint('y')
  expect([...under.keys()]).toEqual(['b', 'x'])
  await end('b')
  expect([...under.keys()]).toEqual(['x', 'y'])
  await end('x')
  await end('y')
  time.advance(PAUSE_MS)
  expect(begun).toEqual(['a', 'b', 'x', 'y', 'c'])
})

it('what is hinted at while it is looked at is looked at once more, however often it was hinted at', async () => {
  const { hint, begun, end } = start()
  for (let i = 0; i < 5; i++) hint('x')
  expect(begun).toEqual(['x'])
  await end('x')
  expect(begun).toEqual(['x', 'x'])
  await end('x')
  expect(begun).toEqual(['x', 'x'])
})

it('a fault is tried again later and later, a few times; then the next round has it', async () => {
  const { hint, begun, end, time } = start()
  hint('x')
  for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
    const before = begun.length
    await end('x', new Fault('retry', 'away'))
    time.advance(waitMs - 1)
    expect(begun).toHaveLength(before)
    time.advance(1)
    expect(begun).toHaveLength(before + 1)
  }
  await end('x', new Fault('retry', 'away'))
  time.advance(3_600_000)
  expect(begun).toHaveLength(5)
})

it('it waits as long as it is told, does not insist where it is refused, and stops when told', async () => {
  const { hint, stop, begun, end, time } = start()
  hint('x')
  await end('x', new Fault('retry', 'fewer calls', { afterMs: 30_000 }))
  time.advance(29_999)
  expect(begun).toEqual(['x'])
  time.advance(1)
  await end('x', new Fault('permanent', 'no such group'))
  time.advance(3_600_000)
  expect(begun).toEqual(['x', 'x'])
  stop()
  hint('y')
  expect(begun).toEqual(['x', 'x'])
})
