/** `curfew doctor`: tries Redis, every chat, place and target, and says for each thing what to do. */
import type { Config } from '../config/config.ts'
import { asFault } from '../domain/fault.ts'
import type { Place } from '../domain/model.ts'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import { openJournal } from '../journal/redis-journal.ts'
import type { Call, Target } from '../ports.ts'
import { registry } from '../registry.ts'
import { callOutside } from '../service/call.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

const CHECK_MS = 15_000

export const run: CliCommand = async (input) => {
  const setup = optionOf(input.args, '--setup')
  const result = loadConfig(input, setup === undefined ? 'required' : 'optional')
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  return setup === undefined ? examineAll(input, result.config) : printSetup(input, result.config, setup)
}

const optionOf = (args: readonly string[], name: string): string | undefined => {
  const at = args.indexOf(name)
  return at < 0 ? undefined : (args[at + 1] ?? '')
}

const timed = <T>(key: string, run: (call: Call) => Promise<T>): Promise<T> =>
  callOutside(systemClock, { now: 0, notAfter: CHECK_MS, key }, run)

const connectTarget = (config: Config, name: string): Target | undefined => {
  const plug = config.targets[name]
  const kind = registry.targets.find((one) => one.kind === plug?.kind)
  if (plug === undefined || kind === undefined) return undefined
  return kind.connect(name, plug.settings, { clock: systemClock, log: quiet(config) })
}

const quiet = (config: Config) => makeLog({ level: 'silent', secrets: config.secrets })

const printSetup = async ({ out, err }: CliInput, config: Config, name: string): Promise<number> => {
  const target = connectTarget(config, name)
  if (target === undefined) {
    err.write(`There is no target “${name}”. Known: ${Object.keys(config.targets).join(', ')}\n`)
    return REFUSED
  }
  try {
    out.write(`${await timed(name, (call) => target.setup(call))}\n`)
    return DONE
  } finally {
    await target.close()
  }
}

const examineAll = async (input: CliInput, config: Config): Promise<number> => {
  const checks: readonly (readonly [string, () => Promise<readonly string[]>])[] = [
    ['redis', () => examineRedis(config)],
    ...Object.keys(config.targets).map(
      (name) => [`target ${name}`, () => examineTarget(config, name)] as const,
    ),
    ...config.chats.map(({ kind }) => [`chat ${kind}`, () => examineChat(config, kind)] as const),
  ]
  let wrong = 0
  for (const [what, check] of checks) {
    const found = await check().catch((thrown: unknown) => [asFault(thrown).message])
    wrong += found.length
    input.out.write(
      found.length === 0 ? `${what}: fine\n` : found.map((line) => `${what}: ${line}\n`).join(''),
    )
  }
  return wrong === 0 ? DONE : FAILED
}

const examineRedis = async ({ redis, durability, ...config }: Config): Promise<readonly string[]> => {
  const log = makeLog({ level: 'silent', secrets: config.secrets })
  const journal = await openJournal({ redis, durability, log, clock: systemClock })
  try {
    return [...(await journal.examine()), ...journal.doubts()]
  } finally {
    await journal.close()
  }
}

const examineTarget = async (config: Config, name: string): Promise<readonly string[]> => {
  const target = connectTarget(config, name)
  if (target === undefined) return ['is of an unknown kind']
  try {
    return await timed(name, (call) => target.examine(call))
  } finally {
    await target.close()
  }
}

const examineChat = async (config: Config, kind: string): Promise<readonly string[]> => {
  const plug = config.chats.find((one) => one.kind === kind)
  const found = registry.chats.find((one) => one.kind === kind)
  if (plug === undefined || found === undefined) return ['is of an unknown kind']
  const chat = await found.connect(plug.settings, { clock: systemClock, log: quiet(config) })
  try {
    return await timed(kind, (call) => chat.examine(placesOf(config, kind), call))
  } finally {
    await chat.close()
  }
}

/** Every channel of this chat that the config names: approvers' cards, audit threads, digests. */
const placesOf = (config: Config, kind: string): readonly Place[] => {
  const inChat = (kindOfPlace: Place['kind'], channels: readonly string[]): readonly Place[] =>
    [...new Set(channels)]
      .filter((channel) => channel.startsWith(`${kind}:`))
      .map((channel) => ({ kind: kindOfPlace, chat: kind, to: channel.slice(kind.length + 1) }))
  return [
    ...inChat(
      'card',
      config.policies.flatMap((policy) => policy.channels),
    ),
    ...inChat('thread', config.auditChannels),
    ...inChat(
      'card',
      config.digests.map(({ channel }) => channel),
    ),
  ]
}
