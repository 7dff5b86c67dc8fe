/**
 * `npm run bench [-- press end start ends outbox ack cpu audit digests outstanding]`: measures what the promises are about, each twice, on the built bot. Prints
 * one line per figure; it changes nothing and is no test.
 */
import { fileURLToPath } from 'node:url'
import { startBench } from '../fixtures/run-bot.ts'
import { acknowledgeMany } from './acknowledge.ts'
import { auditMany } from './audit.ts'
import { describeDigests } from './digests.ts'
import { endToRefused } from './end-to-refused.ts'
import { describeOutbox } from './outbox.ts'
import { outstanding } from './outstanding.ts'
import { pressToAccess } from './press-to-access.ts'
import { processorTime } from './processor-time.ts'
import { startAndMemory } from './start-and-memory.ts'
import { manyEnds } from './ten-thousand-ends.ts'

const PEOPLE = 100
const MANY = 10_000
const CARDS = 10
const EVENTS = 1_000_000
const OUTSTANDING = Number(process.env.OUTSTANDING ?? 100_000)
const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

const withBot = async (
  run: (bench: Awaited<ReturnType<typeof startBench>>) => Promise<string[]>,
  slackBy: 'sockets' | 'http' = 'sockets',
) => {
  const bench = await startBench({ command: [BUILT, 'start'], slackBy })
  try {
    return await run(bench)
  } finally {
    await bench.stop()
  }
}

type Run = (bench: Awaited<ReturnType<typeof startBench>>, people: readonly string[]) => Promise<string[]>

const withPeople = (run: Run) =>
  withBot(async (bench) => {
    const people: string[] = []
    for (let i = 0; i < PEOPLE; i++) people.push(await bench.newPerson())
    return run(bench, people)
  })

const benches: Readonly<Record<string, () => Promise<string[]>>> = {
  press: () => withPeople(pressToAccess),
  end: () => withPeople(endToRefused),
  start: () => withBot(startAndMemory),
  ends: () => manyEnds(MANY),
  ack: () => withPeople(acknowledgeMany),
  cpu: () => withBot(processorTime, 'http'),
  outbox: () => describeOutbox(MANY, CARDS),
  audit: () => auditMany(EVENTS),
  outstanding: () => outstanding(OUTSTANDING),
  digests: async () => [...(await describeDigests(40)), ...(await describeDigests(4_000))],
}

const [, , ...named] = process.argv
for (const name of named.length > 0 ? named : Object.keys(benches)) {
  for (const time of process.env.ONCE ? [1] : [1, 2]) {
    const lines = (await benches[name]?.()) ?? [`there is no bench called ${name}`]
    for (const line of lines) process.stdout.write(`${name} ${time}: ${line}\n`)
  }
}
