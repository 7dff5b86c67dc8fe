/** Two looks at a target may overlap: of a start and of the first sweep, or of a sweep and of a reload. */
import { expect, it } from 'vitest'
import { Fault } from '../../src/domain/fault.ts'
import { systemClock } from '../../src/infra/clock.ts'
import { makeLog } from '../../src/infra/log.ts'
import type { Journal, Target } from '../../src/ports.ts'
import { startWatch } from '../../src/service/watch.ts'

it('one that gets no answer takes back nothing that the other one has shown', async () => {
  const answers: { resolve(system: string): void; reject(reason: Fault): void }[] = []
  const fingerprint = () =>
    new Promise<string>((resolve, reject) => {
      answers.push({ resolve, reject })
    })
  const target = { fingerprint } as Partial<Target> as Target
  const watch = startWatch({
    clock: systemClock,
    log: makeLog({ level: 'silent' }),
    journal: {} as Journal,
    targets: () => new Map([['vault', target]]),
    live: new Map([['vault', new Set(['memory/1'])]]),
  })
  watch.stop()
  const [first, second] = [watch.look(), watch.look()]
  answers[0]?.resolve('memory/1')
  await first
  answers[1]?.reject(new Fault('retry', 'the server cannot be reached'))
  await second
  expect(watch.doubts('vault')).toEqual([])
})
