/** What the documents tell people to type is typed: on one stage with a live grant, in the order of the pages. */

import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CliCommand } from '../../src/cli/cli-command.ts'
import { REFUSED } from '../../src/cli/cli-command.ts'
import { takeEnvFile } from '../../src/cli/take-env-file.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'
import { blocksOf, type Command, commandFiles, documents, shownCommands } from '../structure/read-docs.ts'

/** Those that stay or ask: the journeys, and that of a newcomer, run them. */
const LIVELY = ['start', 'sandbox', 'init', 'restore', 'accept']
/** Of another server, or not for this one. */
const ELSEWHERE = ['REPLICAOF', 'BGSAVE']
const SAMPLE_ID = /R-7K3QX9/g
const SAMPLE_CHECKPOINT = '123:…'

let bench: Bench
let id: string
let redis: Redis
let envFile: string
let mirror: string
let checkpoint: string
beforeAll(async () => {
  mirror = await mkdtemp(join(tmpdir(), 'curfew-mirror-'))
  bench = await startBench({ config: (yaml) => `${yaml}mirror: { folder: ${mirror} }\n` })
  id = await bench.give('ana', `${READONLY} 1h because of INC-42`)
  redis = new Redis({ path: bench.redis.path })
  envFile = join(bench.folder, '.env')
  writeFileSync(envFile, 'LOG_LEVEL=info\n')
  const seal = async (): Promise<string> =>
    /\b\d+:[0-9a-f]{8,}\b/.exec((await runCurfew(['curfew', 'verify'])).said)?.[0] ?? ''
  checkpoint = await vi.waitFor(async () => (await seal()) || Promise.reject(new Error('not sealed yet')), {
    timeout: 10_000,
    interval: 100,
  })
  // The user of the page about Redis.
  await redis.call('ACL', 'SETUSER', 'curfew', 'on', '>the-old-one')
})
afterAll(async () => {
  redis?.disconnect()
  await bench?.stop()
  await rm(mirror, { recursive: true, force: true })
})

/** Exit code and everything that was said. */
const runCurfew = async ([, name = '', ...args]: readonly string[]): Promise<{
  code: number
  said: string
}> => {
  const file = new URL(`../../src/cli/${commandFiles.get(name)}`, import.meta.url)
  const { run } = (await import(file.href)) as { run: CliCommand }
  const said: string[] = []
  const out = { write: (text: string) => void said.push(text) }
  const taken = takeEnvFile({ args: args.map((arg) => (arg === '.env' ? envFile : arg)), env: bench.env })
  if (typeof taken === 'string') return { code: REFUSED, said: taken }
  return { code: await run({ ...taken, in: Readable.from([]), out, err: out }), said: said.join('') }
}

/** By program: how it is run here. */
const RUN: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  curfew: async (words) => {
    if (LIVELY.includes(words[1] ?? '')) return
    const { code, said } = await runCurfew(words)
    expect(code, said).not.toBe(REFUSED)
  },
  'redis-cli': async ([, command = '', ...args]) => {
    if (!ELSEWHERE.includes(command)) await redis.call(command, ...args)
  },
  curl: async (words) => {
    const { pathname } = new URL(words.at(-1) ?? '')
    expect((await fetch(bench.bot().origin + pathname)).status).toBe(200)
  },
}

const isRun = ({ words: [program = ''] }: Command): boolean => Object.hasOwn(RUN, program)

describe.each(documents.filter((document) => shownCommands(document).some(isRun)))('%s', (document) => {
  it.each(shownCommands(document).filter(isRun))('$line', async ({ words }) => {
    const [program = ''] = words
    await RUN[program]?.(
      words.map((word) => word.replace(SAMPLE_ID, id).replace(SAMPLE_CHECKPOINT, checkpoint)),
    )
  })
})

/** Recipes ask for a password; `postgres-recipe.test.ts` holds them to what is printed. */
const statements = documents.flatMap((document) =>
  blocksOf(document).filter(({ language, text }) => language === 'sql' && !text.includes('\\prompt')),
)

const runSql = async (text: string): Promise<void> => {
  const admin = await bench.postgres.connectAs('postgres', new URL(bench.postgres.url).password, 'orders')
  try {
    await admin.query(text)
  } finally {
    await admin.end()
  }
}

it.each(statements)('SQL of $document: $text', ({ text }) => runSql(text))

it('access that was taken away by hand is gone, and Curfew says so', { timeout: 60_000 }, async () => {
  const byHand = statements.find(({ text }) => text.startsWith('REVOKE'))?.text ?? ''
  const given = await bench.give('ana', `${READONLY} 1h because of INC-43`)
  expect(await bench.orders.canRead('ana')).toBe(true)
  await runSql(byHand)
  expect(await bench.orders.canRead('ana')).toBe(false)
  expect(await bench.type('ana', `done ${given}`)).toContain('Given back')
  await bench.untilLine(given, 'Ended: read back, the access is gone', 30_000)
})
