/**
 * The operating-system side of a private PostgreSQL server: running its programs, waiting until it is usable,
 * and a watchdog that outlives this process. Called by `postgres-server.ts` only.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Who the programs run as; absent: as this process. PostgreSQL refuses to run as root. */
export interface RunAs {
  readonly uid: number
  readonly gid: number
}

const LOG_LINES = 40
/** Programs see nothing of our environment (`PGDATA`, `PGPORT`, …); English messages are what we wait for. */
const ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const READY = 'database system is ready to accept connections'

/**
 * Ends the server and removes its folders when our end of the pipe closes, however this process died. The
 * signals of a terminal reach the whole foreground group, so it must not listen to them.
 */
const WATCH = `trap '' INT TERM HUP; cat >/dev/null; kill -QUIT "$0" 2>/dev/null
n=0; while kill -0 "$0" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done; rm -rf "$@"`

/** Runs a program to its end; rejects with its last lines when it fails. */
export const run = async (program: string, args: readonly string[], as: RunAs | undefined): Promise<void> => {
  const child = spawn(program, args, options(as))
  const lines = keepLines(child)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${program} failed: ${lines().join(' | ')}`)
}

const options = (as: RunAs | undefined): SpawnOptions => ({
  ...as,
  env: ENV,
  cwd: '/',
  stdio: ['ignore', 'pipe', 'pipe'],
  detached: true,
})

const keepLines = (child: ChildProcess): (() => string[]) => {
  let text = ''
  const keep = (chunk: Buffer): void => {
    text = `${text}${chunk}`.split('\n').slice(-LOG_LINES).join('\n')
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => text.split('\n').filter((line) => line !== '')
}

export interface Running {
  readonly pid: number
  /** Sends a signal and waits until the server is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

/**
 * Starts `postgres` and waits until it takes connections. Rejects with its last lines when it does not.
 * `remove`: folders that go when this process dies without ending the server.
 */
export const launch = async (
  program: string,
  args: readonly string[],
  { as, remove }: { as: RunAs | undefined; remove: readonly string[] },
): Promise<Running> => {
  const child = spawn(program, args, options(as))
  const lines = keepLines(child)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await ready(child).catch((cause) => {
    throw new Error(`PostgreSQL did not start: ${lines().slice(-5).join(' | ')}`, { cause })
  })
  const pid = child.pid ?? 0
  const watchdog = watch(pid, remove)
  child.unref()
  return {
    pid,
    end: async (signal) => {
      child.ref()
      child.kill(signal)
      await gone
      watchdog.kill('SIGKILL')
    },
  }
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error('it ended')))
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.includes(READY)) resolve()
    })
  })

const watch = (pid: number, remove: readonly string[]): ChildProcess => {
  const watchdog = spawn('/bin/sh', ['-c', WATCH, String(pid), ...remove], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.on('error', () => {})
  watchdog.stdin?.on('error', () => {})
  watchdog.unref()
  return watchdog
}
