/**
 * The operating-system side of a private PostgreSQL server: running its programs, waiting until it is usable,
 * and a watchdog over it. Called by `postgres-server.ts` only.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Who the programs run as; absent: as this process. PostgreSQL refuses to run as root. */
export interface RunAs {
  readonly uid: number
  readonly gid: number
}

const LOG_LINES = 200
/** Programs see nothing of our environment (`PGDATA`, `PGPORT`, …); English messages are what we wait for. */
const ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const READY = 'database system is ready to accept'

/**
 * Reads the server's process id whenever it changes. When our end of the pipe closes, however this process died, it
 * ends that server and removes the folder. A terminal's signals reach the whole foreground group: it ignores them.
 */
const WATCH = `trap '' INT TERM HUP
pid=; while read -r line; do pid=$line; done
if [ -n "$pid" ]; then kill -QUIT "$pid" 2>/dev/null
  n=0; while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
fi
rm -rf "$1"`

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
  /** The last lines of its log. */
  lines(): readonly string[]
  /** Sends a signal and waits until the server is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

/**
 * Starts `postgres`, under the watchdog from the first moment, and waits until it takes connections. Rejects with its
 * last lines when it does not.
 */
export const launch = async (
  program: string,
  args: readonly string[],
  { as, watchdog }: { as: RunAs | undefined; watchdog: Watchdog },
): Promise<Running> => {
  const child = spawn(program, args, options(as))
  watchdog.guard(child.pid)
  const lines = keepLines(child)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await ready(child).catch((cause) => {
    throw new Error(`PostgreSQL did not start: ${lines().slice(-5).join(' | ')}`, { cause })
  })
  const { pid } = child
  if (pid === undefined) throw new Error('PostgreSQL started without a process id.')
  child.unref()
  return {
    pid,
    lines,
    end: async (signal) => {
      child.ref()
      child.kill(signal)
      await gone
      watchdog.guard(undefined)
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

/** A process that outlives this one, whatever happens to it. */
export interface Watchdog {
  /** The server to end; undefined while there is none. */
  guard(pid: number | undefined): void
  /** It has nothing to do any more. */
  release(): void
}

/** Watches over a server and a folder that are to go with this process. */
export const startWatchdog = (folder: string): Watchdog => {
  const child = spawn('/bin/sh', ['-c', WATCH, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  child.unref()
  return {
    guard: (pid) => void child.stdin?.write(`${pid ?? ''}\n`),
    release: () => void child.kill('SIGKILL'),
  }
}
