/** `curfew doctor`: tries Redis, every chat, place and target, and says for each thing what to do. */
import type { Config } from '../config/config.ts'
import { asFault } from '../domain/fault.ts'
import type { Place } from '../domain/model.ts'
import { systemClock } from '../infra/clock.ts'
import { examineMirror, examineProgress } from '../journal/examine-mirror.ts'
import { openMirror } from '../journal/open-mirror.ts'
import { openReader } from '../journal/open-reader.ts'
import { openJournal } from '../journal/redis-journal.ts'
import type { Target } from '../ports.ts'
import { registry } from '../registry.ts'
import { surveyTarget } from '../service/survey-target.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { connectTarget, quiet, timed } from './connect-target.ts'
import { loadConfig, showProblems } from './load-config.ts'

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
    ...(config.mirror === undefined ? [] : [['mirror', () => examineMirrorOf(config)] as const]),
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

const openQuietly = (config: Config) => {
  const { redisUrl: redis, durability, mirror } = config
  const backing = { durability, mirror: mirror && { hurry: () => undefined } }
  return openJournal({ redis, ...backing, log: quiet(config), clock: systemClock })
}

const examineRedis = async (config: Config): Promise<readonly string[]> => {
  const journal = await openQuietly(config)
  try {
    return [...(await journal.examine()), ...journal.doubts()]
  } finally {
    await journal.close()
  }
}

const examineMirrorOf = async (config: Config): Promise<readonly string[]> => {
  const { redisUrl: redis, mirror } = config
  if (mirror === undefined) return []
  const reader = await openReader(redis, quiet(config))
  const opened = openMirror(mirror)
  try {
    const wrong = await examineMirror(reader, opened)
    return wrong === undefined ? await examineProgress(reader) : [wrong]
  } finally {
    await opened.close()
    reader.close()
  }
}

const examineTarget = async (config: Config, name: string): Promise<readonly string[]> => {
  const target = connectTarget(config, name)
  if (target === undefined) return ['is of an unknown kind']
  try {
    const found = await timed(name, (call) => target.examine(call))
    return [...found, ...(await findOrphans(config, name, target))]
  } finally {
    await target.close()
  }
}

/** Nothing without a journal to compare with: that is said of Redis already. */
const findOrphans = async (config: Config, name: string, target: Target): Promise<readonly string[]> => {
  const journal = await openQuietly(config).catch(() => undefined)
  if (journal === undefined) return []
  try {
    const { strays } = await surveyTarget({ clock: systemClock, journal }, name, target)
    return strays.length === 0
      ? []
      : [
          `${strays.length} orphans, access with no grant behind it: see \`curfew reconcile --target ${name}\`.`,
        ]
  } finally {
    await journal.close()
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
