/**
 * The sandbox: a small company on this machine, with the bot as it runs in production, and a page to be anybody in it.
 * Called by `curfew sandbox`; it is kept in `.curfew/` and leaves no process behind.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import { moveAhead, readAhead } from './ahead.ts'
import { COMPANY_CONFIG, furnishCompany, WITH_LOGIN } from './company.ts'
import { keepSlack } from './keep-slack.ts'
import { openFolder, SandboxRefused } from './kept-folder.ts'
import { makeOrdersDatabase, type OrdersDatabase } from './postgres-orders.ts'
import { canKeepData, startPostgres } from './postgres-server.ts'
import { startRedisServer } from './redis-server.ts'
import { type KeptBot, runBot } from './run-bot.ts'
import { actInSlack } from './serve/act.ts'
import { type Action, requestSchema } from './serve/actions.ts'
import { bundlePage } from './serve/bundle-page.ts'
import { readGrants } from './serve/read-grants.ts'
import { runSql } from './serve/run-sql.ts'
import { seeAs, seeNames, seePeople } from './serve/see.ts'
import type { Done, Frame, SeenGrant } from './serve/seen.ts'
import { type Page, servePage } from './serve/serve-page.ts'
import { type LocalSlack, startLocalSlack } from './slack/local-slack.ts'

export interface SandboxOptions {
  /** Where it is kept. */
  readonly folder: string
  readonly fresh: boolean
  readonly port: number
  /** Arguments for node that run the bot; by default as this process runs. */
  readonly command?: readonly string[]
  say(line: string): void
}

export interface Sandbox {
  readonly url: string
  readonly slack: LocalSlack
  readonly bot: KeptBot
  readonly orders: OrdersDatabase
  stop(): Promise<void>
}

const GRANTS_EVERY_MS = 1_000
/** What may be answered by a modal. */
const OPENING: readonly string[] = ['command', 'press', 'press in view', 'shortcut'] satisfies Action['do'][]

/** Starts everything; stops what was started when something fails. Rejects with {@link SandboxRefused} or a sentence. */
export const openSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const closers: (() => Promise<unknown> | unknown)[] = []
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    return await build(options, closers, stop)
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

type Closers = (() => Promise<unknown> | unknown)[]

const build = async (
  options: SandboxOptions,
  closers: Closers,
  stop: () => Promise<void>,
): Promise<Sandbox> => {
  const folder = resolve(options.folder)
  const { putAside } = await openFolder(folder, options.fresh)
  if (!(await canKeepData(folder))) {
    await openFolder(folder, true)
    options.say(
      'PostgreSQL may not run as root and cannot get into this folder: the sandbox begins anew each time.',
    )
  }
  if (putAside !== undefined) options.say(`What another version kept was put aside: ${putAside}`)
  const [server, postgres] = await startServers(folder, closers)
  const orders = await makeOrdersDatabase(postgres, WITH_LOGIN)
  const redis = new Redis({ path: server.path })
  redis.on('error', () => undefined)
  closers.push(() => redis.disconnect())
  let aheadMs = await readAhead(redis)
  const now = (): number => Date.now() + aheadMs

  const slack = await startLocalSlack({ socketMode: true, now })
  closers.push(() => slack.stop())
  furnishCompany(slack)
  const kept = await keepSlack(slack, join(folder, 'slack.json'))
  closers.push(() => kept.stop())

  let page: Page | undefined
  const changed = (): void => page?.changed()
  const env = await environment(folder, server.url, orders.url, slack)
  const bot = await runBot({ env, changed, ...(options.command && { command: options.command }) })
  closers.push(() => bot.stop())

  let grants: ReadonlyMap<string, readonly SeenGrant[]> = new Map()
  const look = setInterval(() => {
    void readGrants(redis).then((found) => {
      const isNews = JSON.stringify([...found]) !== JSON.stringify([...grants])
      grants = found
      if (isNews) changed()
    })
  }, GRANTS_EVERY_MS)
  closers.push(() => clearInterval(look))

  /** The tab in which each person last did what may open a modal: that is where it stands. */
  const tabOf = new Map<string, string>()
  const frame = (people: readonly string[], tab: string): Omit<Frame, 'server'> => ({
    now: now(),
    aheadMs,
    ...nextEnd([...grants.values()].flat()),
    bot: bot.state(),
    team: slack.team.name,
    people: seePeople(slack),
    names: seeNames(slack),
    seen: Object.fromEntries(
      people
        .filter((person) => slack.findUser(person) !== undefined)
        .map((person) => [
          person,
          seeAs(slack, person, grants.get(person) ?? [], (tabOf.get(person) ?? tab) === tab),
        ]),
    ),
  })
  const act = async (body: unknown): Promise<Done> => {
    const { tab, as, action } = requestSchema.parse(body)
    if (OPENING.includes(action.do)) tabOf.set(as, tab)
    try {
      switch (action.do) {
        case 'sql':
          return await runSql(orders, slack.user(as).name, action.text)
        case 'move clock':
          await bot.around(async () => {
            aheadMs = await moveAhead(redis, action.ms)
          })
          return { ok: true }
        case 'crash':
          await bot.crash()
          return { ok: true }
        default:
          return await actInSlack(slack, as, action)
      }
    } catch (thrown) {
      return { ok: false, error: thrown instanceof Error ? thrown.message : String(thrown) }
    }
  }
  page = await servePage({
    files: await bundlePage(),
    config: COMPANY_CONFIG,
    port: options.port,
    frame,
    act,
  })
  const { url, moved, stop: closePage } = page
  closers.push(closePage)
  closers.push(slack.onChange(changed))
  if (moved) options.say(`Port ${options.port} is taken.`)
  return { url, slack, bot, orders, stop }
}

const nextEnd = (grants: readonly SeenGrant[]): Pick<Frame, 'nextEndAt'> => {
  const active = grants.filter(({ state }) => state === 'active').map(({ endsAt }) => endsAt)
  return active.length === 0 ? {} : { nextEndAt: Math.min(...active) }
}

const startServers = async (folder: string, closers: Closers) => {
  const redis = startRedisServer(join(folder, 'redis')).then((server) => {
    closers.push(() => server.end('SIGTERM'))
    return server
  })
  const postgres = startPostgres({ dir: join(folder, 'postgres') }).then((server) => {
    closers.push(() => server.stop())
    return server
  })
  const [one, other] = await Promise.allSettled([redis, postgres])
  if (one.status === 'rejected') throw new SandboxRefused(String((one.reason as Error).message))
  if (other.status === 'rejected') {
    const why = String((other.reason as Error).message)
    throw new SandboxRefused(
      `${why} The sandbox gives real access in a real PostgreSQL: npm ci brings one for most machines, or install PostgreSQL 15 or newer.`,
    )
  }
  return [one.value, other.value] as const
}

const environment = async (
  folder: string,
  redisUrl: string,
  ordersUrl: string,
  slack: LocalSlack,
): Promise<Readonly<Record<string, string>>> => {
  const file = join(folder, 'curfew.yaml')
  await writeFile(file, COMPANY_CONFIG)
  return {
    CURFEW_CONFIG: file,
    REDIS_URL: redisUrl,
    CURFEW_KEY: await keptKey(join(folder, 'key')),
    ORDERS_DB_URL: ordersUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
  }
}

/** The seals of a kept journal need the key that they were made with. */
const keptKey = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch {
    const key = randomBytes(32).toString('hex')
    await writeFile(file, key, { mode: 0o600 })
    return key
  }
}

interface Terminal {
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown }
}

/** Opens it and stays until a signal. Resolves to the exit code. */
export const runSandbox = async (
  { out, err }: Terminal,
  options: Omit<SandboxOptions, 'say'>,
): Promise<number> => {
  const say = (line: string): void => void out.write(`${line}\n`)
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  try {
    say('Starting a private Redis, a real PostgreSQL, a local Slack, and the bot…')
    const sandbox = await openSandbox({ ...options, say })
    say(
      `\n  Curfew's sandbox:  ${sandbox.url}\n\nOpen it in a browser. Ctrl-C ends it; what happened is kept in ${options.folder}.`,
    )
    await interrupted
    say('\nStopping.')
    await sandbox.stop()
    return 0
  } catch (thrown) {
    err.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    return 1
  }
}
