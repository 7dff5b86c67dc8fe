/**
 * `curfew doctor`: tries Redis, every chat, place and target, and says for each thing what to do. `--setup TARGET` prints
 * the target's recipe, `--apply TARGET` asks and then runs it; both use ADMIN_URL where it is set.
 */
import type { Config } from '../config/config.ts'
import { channelsIn } from '../domain/channels-in.ts'
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
import { openAsker } from './ask.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { connectTarget, quiet, timed } from './connect-target.ts'
import { countOf } from './count-of.ts'
import { examinePeople } from './examine-people.ts'
import { loadConfig, showProblems } from './load-config.ts'
import { optionOf } from './option-of.ts'

export const run: CliCommand = async (input) => {
  const setup = optionOf(input.args, '--setup')
  const apply = optionOf(input.args, '--apply')
  const name = setup ?? apply
  const result = loadConfig(input, setup === undefined ? 'required' : 'optional')
  if (!result.ok) {
    input.err.write(`${showProblems(result)}${sumUp(result.problems.length)}`)
    return REFUSED
  }
  const { config } = result
  if (name === undefined) return examineAll(input, config)
  const target = connectTarget(config, name)
  if (target === undefined) {
    const known = Object.keys(config.targets).join(', ')
    input.err.write(`There is no target “${name}”. Known: ${known}\n`)
    return REFUSED
  }
  try {
    return setup === undefined
      ? await applyRecipe(input, config, { name, target })
      : await printSetup(input, target)
  } catch (thrown) {
    input.err.write(`${asFault(thrown).message}\n`)
    return FAILED
  } finally {
    await target.close()
  }
}

const sumUp = (count: number): string =>
  count === 0 ? 'Everything is fine.\n' : `${countOf(count, 'thing')} to do.\n`

/** An administrator's own URL, never the bot's; only for setting a target up. */
const adminUrl = ({ env }: CliInput): string | undefined => env.ADMIN_URL || undefined

const printSetup = async (input: CliInput, target: Target): Promise<number> => {
  input.out.write(`${await timed('setup', (call) => target.setup(call, adminUrl(input)))}\n`)
  return DONE
}

interface NamedTarget {
  readonly name: string
  readonly target: Target
}

/** Shows what will be run, and runs it only after a yes: `--yes`, or the word. */
const applyRecipe = async (
  input: CliInput,
  config: Config,
  { name, target }: NamedTarget,
): Promise<number> => {
  const admin = adminUrl(input)
  if (admin === undefined || target.apply === undefined) {
    input.err.write(
      target.apply === undefined
        ? `The recipe of ${name} is run by hand: \`curfew doctor --setup ${name}\` prints it.\n`
        : 'Set ADMIN_URL to the URL of an administrator of that system, for this command only.\n',
    )
    return REFUSED
  }
  await printSetup(input, target)
  if (!(await isWanted(input))) {
    input.err.write('Nothing was run.\n')
    return REFUSED
  }
  await timed('apply', async (call) => target.apply?.(call, admin))
  input.out.write('Done.\n')
  return examineAll(input, { ...config, targets: pick(config.targets, name), chats: [], directories: [] })
}

const pick = <T>(all: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key === name))

const isWanted = async (input: CliInput): Promise<boolean> => {
  const asker = openAsker(input, { flags: {}, yes: input.args.includes('--yes') })
  try {
    const read = async (answer: string) => answer
    const said = await asker.ask({
      key: 'yes',
      asks: 'Run this as ADMIN_URL (yes or no)',
      byDefault: 'no',
      read,
    })
    return input.args.includes('--yes') || said?.toLowerCase() === 'yes'
  } finally {
    asker.close()
  }
}

/** All at once, told in order. */
const examineAll = async (input: CliInput, config: Config): Promise<number> => {
  const checks: readonly (readonly [string, Promise<readonly string[]>])[] = [
    ['redis', examineRedis(config)],
    ...(config.mirror === undefined ? [] : [['mirror', examineMirrorOf(config)] as const]),
    ...Object.keys(config.targets).map((name) => [`target ${name}`, examineTarget(config, name)] as const),
    ...config.chats.map(({ kind }) => [`chat ${kind}`, examineChat(config, kind)] as const),
    ...(config.directories.length === 0 ? [] : [['people', examineDirectories(config)] as const]),
  ]
  const found = await Promise.all(checks.map(([, check]) => check.catch((thrown: unknown) => asLine(thrown))))
  for (const [i, lines] of found.entries())
    for (const line of lines.length === 0 ? ['fine'] : lines) input.out.write(`${checks[i]?.[0]}: ${line}\n`)
  const wrong = found.flat().length
  input.out.write(`\n${sumUp(wrong)}`)
  return wrong === 0 ? DONE : FAILED
}

/** What was said, as a sentence, and what would help. */
const asLine = (thrown: unknown, help = ''): readonly string[] => {
  const { message } = asFault(thrown)
  const sentence = message.charAt(0).toUpperCase() + message.slice(1)
  return [`${sentence}${/[.!?]$/.test(sentence) ? '' : '.'}${help}`]
}

const openQuietly = (config: Config) => {
  const { redis, durability, mirror } = config
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
  const { redis, mirror } = config
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
  } catch (thrown) {
    const { kind } = asFault(thrown)
    const help = `Was its recipe run? \`curfew doctor --setup ${name}\` prints it.`
    return asLine(thrown, kind === 'permanent' ? ` ${help}` : ` Check its address, and that it runs.`)
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

const examineDirectories = async (config: Config): Promise<readonly string[]> => {
  const connected = config.directories.flatMap(({ kind: name, settings }) => {
    const kind = registry.directories.find((one) => one.kind === name)
    const tools = { clock: systemClock, log: quiet(config), channels: () => channelsIn(name, config) }
    return kind === undefined ? [] : [{ kind, directory: kind.connect(settings, tools) }]
  })
  try {
    return await timed('people', (call) => examinePeople(config, connected, call))
  } finally {
    for (const { directory } of connected) await directory.close()
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
