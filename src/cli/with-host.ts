/** What the commands of an operator on the host begin and end with: words, the journal, and who they are. */
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import type { Config } from '../config/config.ts'
import { classify, connectDirectories } from '../config/connect-directories.ts'
import { hostRef } from '../config/host-people.ts'
import { rulesOf } from '../config/rules-of.ts'
import { asFault } from '../domain/fault.ts'
import type { FreezeEvent } from '../domain/freeze.ts'
import { LOOK_MS } from '../domain/limits.ts'
import type { Access, PersonRef, RequestId } from '../domain/model.ts'
import { isRefusal, type Refusal } from '../domain/refusal.ts'
import type { Found } from '../domain/survey.ts'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import { openJournal, type RedisJournal } from '../journal/redis-journal.ts'
import type { Journal, Log } from '../ports.ts'
import { registry } from '../registry.ts'
import { actOnHost, approveOnHost, type HostAct, hostPerson } from '../service/act-on-host.ts'
import { withCall } from '../service/call.ts'
import { disownOnHost } from '../service/disown-on-host.ts'
import { type FreezeWish, freezeOnHost } from '../service/freeze-on-host.ts'
import type { Committing, Transacted } from '../service/transact.ts'
import { type CliInput, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

/** The words behind a command, and its options. */
export interface HostWords {
  readonly words: readonly string[]
  readonly json: boolean
  readonly all: boolean
  readonly target?: string | undefined
  /** A seat. */
  readonly revoke?: string | undefined
  readonly allOrphans: boolean
}

export interface Host {
  readonly config: Config
  readonly journal: Journal
  readonly log: Log
  readonly by: PersonRef
  /** Journals that an orphan is to be taken away; a running bot does the rest. Rejects as `act` does. */
  disown(orphan: Found, access: Access): Promise<Transacted>
  /** Journals it; a running bot does the rest. Rejects with a fault when Redis does not answer. */
  act(wish: HostAct): Promise<Transacted>
  /** Audit channels are told in the same step. */
  freeze(wish: FreezeWish): Promise<FreezeEvent | Refusal>
  /** The same, as an approver. Rejects with a fault also when a directory does not answer. */
  approve(id: RequestId): Promise<Transacted>
}

/** Runs it. A bad config, unknown options and a Redis that does not answer are said, and refused. */
export const withHost = async (
  input: CliInput,
  run: (host: Host, words: HostWords) => Promise<number>,
): Promise<number> => {
  const words = readWords(input.args)
  if (typeof words === 'string') {
    input.err.write(`${words}\n`)
    return REFUSED
  }
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  const { config } = result
  const log = makeLog({ level: 'silent', secrets: config.secrets })
  let journal: RedisJournal | undefined
  try {
    journal = await openJournal({
      redis: config.redis,
      durability: config.durability,
      // Whoever runs the bot copies it.
      mirror: config.mirror && { hurry: () => undefined },
      log,
      clock: systemClock,
    })
    return await run(hostOf(config, journal, log), words)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.message === 'internal') throw thrown
    input.err.write(`${fault.message}\n`)
    return REFUSED
  } finally {
    await journal?.close()
  }
}

/** No target, chat or alarm is reached from here: the bots' own sweep finds what a commit owes. */
const hostOf = (config: Config, journal: RedisJournal, log: Log): Host => {
  const by = hostPerson(hostRef(userName()))
  const deps = {
    key: config.key,
    journal,
    alarms: { at: async () => undefined },
    random: (bytes: number) => randomBytes(bytes),
    wake: () => undefined,
    changed: () => undefined,
  }
  const made = async (done: Transacted): Promise<Transacted> => {
    if (done.did === 'change') await journal.durable()
    return done
  }
  return {
    config,
    journal,
    log,
    by,
    disown: async (orphan, access) =>
      made(await disownOnHost({ ...deps, auditChannels: config.auditChannels }, by, orphan, access)),
    act: async (wish) => made(await actOnHost(deps, by, wish)),
    freeze: async (wish) => {
      const done = await freezeOnHost({ ...deps, auditChannels: config.auditChannels }, by, wish)
      if (!isRefusal(done)) await journal.durable()
      return done
    },
    approve: async (id) => made(await approveHere({ ...deps, config, log }, { via: by.via, id })),
  }
}

type Here = Committing & { readonly config: Config; readonly journal: RedisJournal; readonly log: Log }

/** Who is an approver, directories say; what Redis itself is unsafe for, this process finds out like a bot. */
const approveHere = async (
  { config, log, ...deps }: Here,
  wish: { readonly via: string; readonly id: RequestId },
): Promise<Transacted> => {
  const unsafe = await deps.journal.examine()
  const directories = connectDirectories(config, registry, {
    log,
    clock: systemClock,
    rules: () => config,
  })
  const judging = {
    ...deps,
    directories,
    rules: rulesOf(config),
    isGroup: (reference: string) => classify(registry, reference) === 'group',
    posture: { doubts: () => [...unsafe, ...deps.journal.doubts()] },
  }
  try {
    const { now } = await deps.journal.load([])
    const limits = { now, notAfter: now + LOOK_MS, key: `${wish.id}/approve` }
    return await withCall(systemClock, limits, (call) => approveOnHost(judging, wish, call))
  } finally {
    await Promise.all([...directories.values()].map((one) => one.close()))
  }
}

const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    // In a container a user may have a number only.
    return `uid-${process.getuid?.() ?? '?'}`
  }
}

const readWords = (args: readonly string[]): HostWords | string => {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { config: text, target: text, json: flag, all: flag, revoke: text, 'all-orphans': flag },
      allowPositionals: true,
    })
    const { json, all, target, revoke, 'all-orphans': allOrphans } = values
    return { words: positionals, json, all, target, revoke, allOrphans }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'These options are not known.'
  }
}
