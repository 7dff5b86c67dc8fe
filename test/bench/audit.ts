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
    const bareS = (before + after) / 2
    const share = bareS / verified.tookS
    return [
      `a journal of ${n} events`,
      describe('export --json', json),
      describe('export --csv', csv),
      describe('verify', verified),
      `bare JSON.parse and SHA-256 of the same texts, without reading them: ${before.toFixed(1)} s before, ${after.toFixed(1)} s after`,
      `verify has ${share.toFixed(2)} of the speed of the bare work`,
    ]
  } finally {
    rmSync(folder, { recursive: true })
    await redis.stop()
  }
}

interface Ran {
  readonly tookS: number
  /** The most that was resident, MB. */
  readonly peakMb: number
  readonly lines: number
}

const describe = (what: string, { tookS, peakMb, lines }: Ran): string =>
  `${what}: ${tookS.toFixed(1)} s, at most ${Math.round(peakMb)} MB, ${lines} lines`

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
  let peakMb = 0
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid ?? 0))
  }, LOOK_EVERY_MS)
  const [code] = (await once(child, 'exit')) as [number | null]
  const tookS = (performance.now() - startedMs) / 1_000
  clearInterval(looking)
  closeSync(out)
  const said = readFileSync(output, 'utf8')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said.slice(-500)}`)
  return { tookS, peakMb, lines: said.split('\n').length - 1 }
}

/** The most that this process ever had resident; 0 when it is gone. Linux only. */
const residentMb = (pid: number): number => {
  try {
    const [, kb = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kb) / 1_024
  } catch {
    return 0
  }
}

/** Seconds for parsing and hashing every entry once; fetching them does not count. */
const bareWork = async ({ client }: TestRedis): Promise<number> => {
  let tookMs = 0
  let after = '-'
  for (;;) {
    const rows = await client.xrange(JOURNAL, after, '+', 'COUNT', PAGE)
    const last = rows.at(-1)
    if (last === undefined) return tookMs / 1_000
    const texts = rows.map(([, fields]) => fields[1] ?? '')
    const startedMs = performance.now()
    for (const text of texts) {
      JSON.parse(text)
      createHash('sha256').update(text).digest('hex')
    }
    tookMs += performance.now() - startedMs
    after = `(${last[0]}`
  }
}
