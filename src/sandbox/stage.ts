/**
 * A whole small company on this machine: Redis, PostgreSQL with an orders database, a Slack workspace, a config, and
 * the production bot as a child process. Called by the sandbox and by the journeys; whoever starts it stops it.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BotProcess, startBot } from './bot-process.ts'
import { makeOrdersDatabase, type OrdersDatabase } from './postgres-orders.ts'
import { type PostgresOptions, type PostgresServer, startPostgres } from './postgres-server.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'
import { type LocalSlack, startLocalSlack } from './slack/local-slack.ts'

export interface Stage {
  readonly folder: string
  readonly redis: RedisServer
  readonly postgres: PostgresServer
  readonly orders: OrdersDatabase
  readonly slack: LocalSlack
  readonly channels: { readonly dbas: string; readonly audit: string }
  /** What the bot is started with. */
  readonly env: Readonly<Record<string, string>>
  /** The bot that runs now. */
  bot(): BotProcess
  /** Another config file for the next start or reload. */
  writeConfig(yaml: string): Promise<void>
  /** Starts a bot; Slack talks to the newest. */
  startBot(env?: Readonly<Record<string, string>>): Promise<BotProcess>
  stop(): Promise<void>
}

export interface StageOptions {
  /** Arguments for node that run `curfew start`. */
  readonly command: readonly string[]
  readonly postgres?: PostgresOptions['version']
  /** How Slack reaches the bot. Default: by sockets, as in a new installation. */
  readonly slackBy?: 'sockets' | 'http'
  /** Changes the config that {@link ordersConfig} writes. */
  readonly config?: (yaml: string) => string
}

const PEOPLE = ['ana', 'bob', 'cy']

/** The smallest useful config, for the people and channels of the stage. */
const ordersConfig = (channels: Stage['channels']): string => `\
operators: [cy@acme.test]
emailDomains: [acme.test]
audit: { channels: ["slack:${channels.audit}"] }
targets:
  orders-db:
    kind: postgres
    url: \${ORDERS_DB_URL}
    account: "{email.local}"
    roles:
      readonly: { memberOf: orders_reader, actions: [read all orders] }
policies:
  - name: reading orders
    entitlements: [orders-db/readonly]
    requesters: [everyone]
    approvers: [bob@acme.test, cy@acme.test]
    channels: ["slack:${channels.dbas}"]
`

/** Starts everything; stops what was started when something fails. */
export const startStage = async (options: StageOptions): Promise<Stage> => {
  const closers: (() => Promise<unknown>)[] = []
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

const build = async (
  options: StageOptions,
  closers: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-stage-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const redis = await startRedisServer(join(folder, 'redis'))
  closers.push(() => redis.end('SIGKILL'))
  const postgres = await startPostgres({ version: options.postgres ?? 'any' })
  closers.push(() => postgres.stop())
  const orders = await makeOrdersDatabase(postgres, PEOPLE)
  const socketMode = options.slackBy !== 'http'
  const slack = await startLocalSlack({ socketMode })
  closers.push(() => slack.stop())
  const channels = furnish(slack)
  const file = join(folder, 'curfew.yaml')
  const env = {
    CURFEW_CONFIG: file,
    REDIS_URL: redis.url,
    CURFEW_KEY: randomBytes(32).toString('hex'),
    ORDERS_DB_URL: orders.url,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(socketMode ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
  }
  const writeConfig = (yaml: string): Promise<void> => writeFile(file, yaml)
  await writeConfig((options.config ?? ((yaml) => yaml))(ordersConfig(channels)))

  let bot: BotProcess | undefined
  const start = async (more: Readonly<Record<string, string>> = {}): Promise<BotProcess> => {
    const started = await startBot({ args: options.command, env: { ...env, ...more } })
    closers.push(() => started.end('SIGTERM'))
    slack.connectBot(`${started.origin}/slack/events`)
    bot = started
    return started
  }
  await start()
  const running = (): BotProcess => {
    if (bot === undefined) throw new Error('no bot was started')
    return bot
  }
  return {
    folder,
    redis,
    postgres,
    orders,
    slack,
    channels,
    env,
    bot: running,
    writeConfig,
    startBot: start,
    stop,
  }
}

const furnish = (slack: LocalSlack): Stage['channels'] => {
  for (const name of PEOPLE) slack.addUser({ name, tz: 'Europe/Berlin' })
  const dbas = slack.addChannel({ name: 'dbas', members: PEOPLE, bot: true })
  const audit = slack.addChannel({ name: 'audit', members: ['cy'], bot: true })
  return { dbas: dbas.id, audit: audit.id }
}
