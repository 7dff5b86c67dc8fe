/**
 * What an auditor waits for: a journal of a million events exported and verified by the built commands, beside the bare work
 * on the same texts in the same run. The journal is written first, and the time for that does not count.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JOURNAL } from '../../src/journal/keys.ts'
import { writeLongJournal } from '../fixtures/long-journal.ts'
import { RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { COMMAND_CONFIG } from '../fixtures/run-command.ts'
import { processorMs } from './processor-ms.ts'

const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const LOOK_EVERY_MS = 50
const PAGE = 5_000

/** One line per command; the bare work is measured before and after `verify`, so that a busy machine slows both. */
export const auditMany = async (entries: number): Promise<string[]> => {
  const redis = await startRedis({ appendonly: 'no' })
  const folder = mkdtempSync(join(tmpdir(), 'curfew-audit-'))
  try {
    const n = await writeLongJournal(redis.client, entries)
    const file = join(folder, 'curfew.yaml')
    writeFileSync(file, COMMAND_CONFIG)
    const command = (...args: readonly string[]) => runBuilt(args, { folder, file, redis })
    const json = await command('export', '--json')
    const csv = await command('export', '--csv')
    const before = await bareWork(redis)
    const verified = await command('verify')
    const after = await bareWork(redis)
    const share = (what: 'tookS' | 'readingS') =>
      ((before[what] + after[what]) / 2 / verified.tookS).toFixed(2)
    return [
      `a journal of ${n} events`,
      describe('export --json', json),
      describe('export --csv', csv),
      describe('verify', verified),
      describeBare('before', before),
      describeBare('after', after),
      `verify has ${share('tookS')} of the speed of the bare work, ${share('readingS')} of that of reading and the bare work`,
    ]
  } finally {
    rmSync(folder, { recursive: true })
    await redis.stop()
  }
}

interface Ran {
  readonly tookS: number
  /** Of the processor, all threads together. */
  readonly busyS: number
  /** The most that was resident, MB. */
  readonly peakMb: number
  readonly lines: number
}

const describe = (what: string, { tookS, busyS, peakMb, lines }: Ran): string =>
  `${what}: ${tookS.toFixed(1)} s (${busyS.toFixed(1)} s of processor time), at most ${Math.round(peakMb)} MB, ${lines} lines`

const runBuilt = async (
  args: readonly string[],
  { folder, file, redis }: { readonly folder: string; readonly file: string; readonly redis: TestRedis },
): Promise<Ran> => {
  const output = join(folder, 'out')
  const out = openSync(output, 'w')
  const { PATH = '', HOME = '' } = process.env
  const startedMs = performance.now()
  const child = spawn(process.execPath, [BUILT, ...args], {
    env: {
      PATH,
      HOME,
      REDIS_URL: redis.url,
      CURFEW_KEY: RECORDED_KEY,
      CURFEW_CONFIG: file,
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'secret',
    },
    stdio: ['ignore', out, 'inherit'],
  })
  let seen = { peakMb: 0, busyS: 0 }
  const looking = setInterval(() => {
    seen = lookAt(child.pid ?? 0) ?? seen
  }, LOOK_EVERY_MS)
  const [code] = (await once(child, 'exit')) as [number | null]
  const tookS = (performance.now() - startedMs) / 1_000
  clearInterval(looking)
  closeSync(out)
  const said = readFileSync(output, 'utf8')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said.slice(-500)}`)
  return { tookS, ...seen, lines: said.split('\n').length - 1 }
}

/** The most that this process ever had resident, and what it took of the processor; undefined once it is gone. Linux only. */
const lookAt = (pid: number): Pick<Ran, 'peakMb' | 'busyS'> | undefined => {
  try {
    const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    // One that has ended and was not waited for yet has no memory any more.
    if (kb === undefined) return undefined
    return { peakMb: Number(kb) / 1_024, busyS: processorMs(pid) / 1_000 }
  } catch {
    return undefined
  }
}

interface Bare {
  readonly tookS: number
  readonly busyS: number
  /** With fetching the texts from Redis, too. */
  readonly readingS: number
}

/** Parsing and hashing every entry once. */
const bareWork = async ({ client }: TestRedis): Promise<Bare> => {
  const startedMs = performance.now()
  const work = { tookMs: 0, busyMs: 0 }
  let after = '-'
  for (;;) {
    const rows = await client.xrange(JOURNAL, after, '+', 'COUNT', PAGE)
    const last = rows.at(-1)
    if (last === undefined) break
    after = `(${last[0]}`
    const texts = rows.map(([, fields]) => fields[1] ?? '')
    const begunMs = performance.now()
    const before = process.cpuUsage()
    for (const text of texts) {
      JSON.parse(text)
      createHash('sha256').update(text).digest('hex')
    }
    work.tookMs += performance.now() - begunMs
    const { user, system } = process.cpuUsage(before)
    work.busyMs += (user + system) / 1_000
  }
  return {
    tookS: work.tookMs / 1_000,
    busyS: work.busyMs / 1_000,
    readingS: (performance.now() - startedMs) / 1_000,
  }
}

const describeBare = (when: string, { tookS, busyS, readingS }: Bare): string =>
  `bare JSON.parse and SHA-256 of the same texts, ${when}: ${tookS.toFixed(1)} s (${busyS.toFixed(1)} s of processor time), with reading them from Redis ${readingS.toFixed(1)} s`
