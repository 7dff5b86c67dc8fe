/**
 * The composition root: the only file that wires. It opens the journal, connects what the config names, and starts the
 * loop; `overrides` are for the sandbox and for tests, and nothing but code can set them.
 */
import { randomBytes } from 'node:crypto'
import { openAlarms } from './alarms/bullmq-alarms.ts'
import type { Config } from './config/config.ts'
import { classify, connectDirectories } from './config/connect-directories.ts'
import { connectTargets } from './config/connect-targets.ts'
import type { Kinds } from './config/kinds.ts'
import { ASKS_AT_ONCE, REFUSALS_RECORDED, REVEALS_PER_MINUTE } from './domain/limits.ts'
import { systemClock } from './infra/clock.ts'
import { type Closers, openClosers } from './infra/closers.ts'
import { startHeartbeat } from './infra/heartbeat.ts'
import { openHttp } from './infra/http.ts'
import { keepTrying } from './infra/keep-trying.ts'
import { makeLog } from './infra/log.ts'
import { type OpenMonitor, openMonitor } from './infra/monitor/open-monitor.ts'
import { serveHealth } from './infra/serve-health.ts'
import { keepJournal } from './journal/keep-journal.ts'
import { openJournal } from './journal/redis-journal.ts'
import type { Chat, Clock, Log, Receiving, Tools } from './ports.ts'
import { registry } from './registry.ts'
import { countPerMinute } from './service/count-per-minute.ts'
import type { Deps } from './service/deps.ts'
import { expectsForm } from './service/forms/forms.ts'
import { missingTargets, readLiveAccess } from './service/guard-targets.ts'
import { handle } from './service/handle.ts'
import { hearChanges } from './service/hear-changes.ts'
import { openGates } from './service/open-gates.ts'
import { openSwaps } from './service/open-swaps.ts'
import { startPump } from './service/pump.ts'
import { startHomes } from './service/refresh-homes.ts'
import { shareReplays } from './service/share-replays.ts'
import { startWatch } from './service/watch.ts'
import { watchDigests } from './service/watch-digests.ts'
import { watchOrphans } from './service/watch-orphans.ts'

export interface Overrides {
  readonly kinds?: Kinds
  readonly clock?: Clock
  readonly log?: Log
  /** Lua that defines `now()` for the scripts of the journal. */
  readonly prelude?: string
}

export interface AppOptions {
  readonly config: Config
  /** What is wrong with the config, when it is only good for ending access. */
  readonly troubles?: readonly string[]
  readonly overrides?: Overrides
}

export interface App {
  readonly port: number
  /** Why nothing is given at present; empty: all is well. */
  doubts(): readonly string[]
  /** Takes another config over, once a reload before it is through; or answers why not, and the old one stays. */
  reload(config: Config): Promise<readonly string[]>
  /** Takes no new work, finishes or lets go of what is under way, and closes everything. */
  stop(): Promise<void>
}

/** A start that is refused: sentences, each with the line that mends it. */
export class StartRefused extends Error {
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'))
    this.name = 'StartRefused'
    this.reasons = reasons
  }
}

/** How long running work may take to finish when the bot stops; well below an orchestrator's patience. */
const DRAIN_MS = 8_000

/** Starts everything. Rejects with {@link StartRefused}, or with a fault when Redis or a chat does not answer. */
export const assemble = async (options: AppOptions): Promise<App> => {
  const { config, overrides = {} } = options
  const log = overrides.log ?? makeLog({ level: config.logLevel, secrets: config.secrets })
  const closers = openClosers(log)
  try {
    return await wire(options, { log, clock: overrides.clock ?? systemClock }, closers)
  } catch (thrown) {
    await closers.closeAll()
    throw thrown
  }
}

const wire = async (options: AppOptions, tools: Tools, closers: Closers): Promise<App> => {
  const { config, troubles = [], overrides = {} } = options
  const { log, clock } = tools
  const { redis, durability, mirror, keepMs, key } = config
  const { prelude } = overrides
  const monitor = await openMonitor({ clock, log, traces: config.traces })
  closers.add(() => monitor.close())
  const kinds = watchKinds(overrides.kinds ?? registry, monitor)
  let hurry = (): void => undefined
  const mirroring = mirror && { hurry: () => hurry() }
  const journal = monitor.journal(
    await openJournal({ redis, log, clock, durability, prelude, mirror: mirroring }),
  )
  closers.add(() => journal.close())
  const keeping = await keepJournal({
    redis,
    log,
    clock,
    key,
    mirror,
    keepMs,
    prelude: overrides.prelude,
  })
  hurry = keeping.hurry
  closers.add(() => keeping.stop())

  const live = await readLiveAccess(journal)
  const refusals = [...troubles, ...(await journal.examine())]
  if (refusals.length > 0 && live.size === 0) throw new StartRefused(refusals)

  const swaps = openSwaps({ journal, clock, log }, connectTargets(config, kinds, tools))
  closers.add(() => swaps.close())
  const directories = connectDirectories(config, kinds, { ...tools, rules: () => swaps.current().rules })
  closers.add(() => closeEach(directories))
  const standing = [...refusals, ...missingTargets(live, swaps.current().targets)]
  for (const reason of standing) log.error({ reason }, 'ending only: Curfew ends access and gives none')

  const watch = startWatch({ clock, log, journal, targets: () => swaps.current().targets, live })
  closers.add(() => watch.stop())
  const doubts = (target?: string): readonly string[] => [
    ...standing,
    ...journal.doubts(),
    ...keeping.doubts(),
    ...watch.doubts(target),
    ...swaps.doubts(target),
  ]

  const mayRecord = countPerMinute(clock, REFUSALS_RECORDED)
  let wake = (): void => undefined
  const alarms = openAlarms({ redis, wake: () => wake(), log, clock, telemetry: monitor.queue })
  closers.add(() => alarms.close())
  const chats = new Map<string, Chat>()
  const deps: Deps = {
    journal,
    alarms,
    chats,
    directories,
    clock,
    log,
    monitor,
    key: config.key,
    posture: { doubts },
    get targets() {
      return swaps.current().targets
    },
    get rules() {
      return swaps.current().rules
    },
    isGroup: (reference) => classify(kinds, reference) === 'group',
    isChannel: (reference) => classify(kinds, reference) === 'channel',
    random: (bytes) => randomBytes(bytes),
    wake: () => wake(),
    changed: (requests) => homes.changed(requests),
    mayReveal: countPerMinute(clock, REVEALS_PER_MINUTE),
    // What Redis lost is to be restored there: until then nothing is added that is not owed.
    mayRecordRefusal: (person) => keeping.doubts().length === 0 && mayRecord(person),
    gateOf: openGates(ASKS_AT_ONCE),
  }

  const homes = startHomes(deps)
  closers.add(() => homes.stop())
  const pump = startPump(deps)
  wake = pump.wake
  closers.add(() => pump.stop(DRAIN_MS))
  const { changed, stop: stopHearing } = hearChanges(deps)
  closers.add(stopHearing)
  const digests = watchDigests(deps)
  closers.add(() => digests.stop())
  const orphans = watchOrphans(deps)
  closers.add(() => orphans.stop())
  const http = openHttp()
  serveHealth(http, { journal, doubts, metrics: monitor.page(journal, doubts) })
  const heartbeat = startHeartbeat({
    ...tools,
    journal,
    url: () => swaps.current().heartbeat,
    sweptMs: monitor.sweptMs,
  })
  closers.add(() => heartbeat.stop())
  closers.add(() => closeEach(chats))
  await Promise.all(config.chats.map(({ kind }) => kinds.chats.find((one) => one.kind === kind)?.prepare?.()))
  const [refused] = await Promise.all([
    connectChats(config, kinds, deps, { ...tools, changed, route: http.route }, closers),
    watch.look(),
  ])
  if (refused.length > 0 && live.size === 0) throw new StartRefused(refused)
  standing.push(...refused)
  const port = await http.listen(config.port, config.host)
  closers.add(() => http.close())
  log.info(
    { port, targets: [...swaps.current().targets.keys()], chats: [...chats.keys()], doubts: doubts() },
    'started',
  )

  const reload = async (next: Config): Promise<readonly string[]> => {
    const reasons = await swaps.swap((before) => connectTargets(next, kinds, tools, before))
    // What was live at the start may have ended long ago, in another system.
    if (reasons.length === 0) await watch.look(await readLiveAccess(journal).catch(() => undefined))
    return reasons
  }
  return { port, doubts: () => doubts(), reload, stop: () => closers.closeAll() }
}

/** Whatever they connect is looked at while it works. */
const watchKinds = ({ targets, chats, ...others }: Kinds, monitor: OpenMonitor): Kinds => ({
  ...others,
  targets: targets.map(monitor.targetKind),
  chats: chats.map(monitor.chatKind),
})

type ChatTools = Tools & Pick<Receiving, 'changed' | 'route'>

/**
 * Connects every chat, and answers why one never will (bad credentials). One that is down is tried for ever: a chat
 * delays only what needs it.
 */
const connectChats = async (
  config: Config,
  kinds: Kinds,
  deps: Deps,
  { log, clock, changed, route }: ChatTools,
  closers: Closers,
): Promise<readonly string[]> => {
  const tried = config.chats.map(async ({ kind, settings }) => {
    const found = kinds.chats.find((one) => one.kind === kind)
    const connectOne = async (): Promise<void> => {
      const on = shareReplays((gesture) => handle(deps, gesture))
      const chat = await found?.connect(settings, {
        log,
        clock,
        receiving: { on, expectsForm, changed, route },
      })
      if (chat !== undefined) (deps.chats as Map<string, Chat>).set(kind, chat)
      deps.wake()
    }
    const attempt = keepTrying({ log, clock }, `connect ${kind}`, connectOne)
    closers.add(() => attempt.stop())
    return attempt.first
  })
  return (await Promise.all(tried)).filter((reason) => reason !== undefined)
}

const closeEach = async (all: ReadonlyMap<string, { close(): Promise<void> }>): Promise<void> => {
  await Promise.all([...all.values()].map((one) => one.close()))
}
