/**
 * A private Redis as a child on a unix socket: no TCP port, append-only file on. Called by the sandbox and by tests; it
 * never outlives this process.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collectText } from './collect-text.ts'
import { findRedisServer } from './find-redis.ts'

/** Directives as in redis.conf, e.g. `{ appendfsync: 'everysec' }`. */
export type RedisConfig = Readonly<Record<string, string>>

export interface RedisServer {
  /** For `REDIS_URL`. */
  readonly url: string
  readonly path: string
  pid(): number
  /** On the same folder; further directives replace earlier ones. */
  start(config?: RedisConfig): Promise<void>
  /** SIGKILL, or a clean end by SIGTERM; resolves when the process is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

const START_MS = 10_000
/** A socket's path has a limit (108 bytes on Linux, 104 on macOS); a deep folder needs another one for it. */
const SOCKET_PATH_MAX = 100
const ASK_AGAIN_MS = 10

const DEFAULTS: RedisConfig = {
  port: '0',
  save: '',
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  unixsocketperm: '700',
}

/** Starts one on this folder. Rejects when there is no program for it, or when it ends at once. */
export const startRedisServer = async (folder: string, config: RedisConfig = {}): Promise<RedisServer> => {
  const program = findRedisServer()
  if (program === undefined)
    throw new Error('There is no redis-server or valkey-server: install one, or run npm run prepare-machine.')
  await mkdir(folder, { recursive: true })
  const path = await socketPath(folder)
  let directives: RedisConfig = { ...DEFAULTS, dir: folder, unixsocket: path, ...config }
  let child: ChildProcess | undefined
  const endAtExit = (): void => void child?.kill('SIGKILL')
  process.once('exit', endAtExit)

  const start = async (more: RedisConfig = {}): Promise<void> => {
    directives = { ...directives, ...more }
    const args = Object.entries(directives).flatMap(([name, value]) => [`--${name}`, value])
    const started = spawn(program.command, args, { env: program.env, stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    await untilAnswering(path, started)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    process.off('exit', endAtExit)
  }
  await start()
  return { url: `unix://${path}`, path, pid: () => child?.pid ?? 0, start, end }
}

const socketPath = async (folder: string): Promise<string> => {
  const path = join(folder, 'r.sock')
  return path.length <= SOCKET_PATH_MAX ? path : join(await mkdtemp(join(tmpdir(), 'curfew-')), 'r.sock')
}

const untilAnswering = async (path: string, child: ChildProcess): Promise<void> => {
  const said = collectText(child.stdout, child.stderr)
  let failure: Error | undefined
  child.on('error', (error) => {
    failure = error
  })
  const deadline = Date.now() + START_MS
  while (Date.now() < deadline && child.exitCode === null && failure === undefined) {
    if (await answersPing(path)) return
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
  child.kill('SIGKILL')
  throw new Error(`Redis did not start: ${failure?.message ?? said()}`)
}

/** `-LOADING` counts as not yet. */
const answersPing = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    const say = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('error', () => say(false))
    socket.on('data', (data) => say(data.toString().startsWith('+PONG')))
    socket.write('PING\r\n')
  })
