/**
 * `curfew init`: asks a few questions and writes the smallest useful config, and `.env.example` beside it. It never
 * writes a secret, and writes over nothing unless told to.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_FILE, findConfigFile } from '../config/find-config-file.ts'
import { writeEnvExample, writeFirstConfig } from '../config/first-config.ts'
import { showProblem } from '../config/problem.ts'
import { readConfig } from '../config/read-config.ts'
import { VARIABLES } from '../config/variables.ts'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import { registry } from '../registry.ts'
import { callOutside } from '../service/call.ts'
import { type Asker, openAsker } from './ask.ts'
import { type CliCommand, type CliInput, DONE, REFUSED } from './cli-command.ts'
import { type Answered, askAll, type Find, KEYS } from './init-questions.ts'
import { loadConfig } from './load-config.ts'

const LOOK_UP_MS = 10_000

export const run: CliCommand = async (input) => {
  const flags = readFlags(input)
  if (typeof flags === 'string') return refuse(input, [flags])
  const config = findConfigFile(input.args, input.env)
  const files = { config, example: join(dirname(config), '.env.example') }
  const inTheWay = flags.force === true ? [] : Object.values(files).filter((file) => existsSync(file))
  if (inTheWay.length > 0)
    return refuse(
      input,
      inTheWay.map((file) => `${file} is there already. With --force it is written over.`),
    )
  const asker = openAsker(input, { flags, yes: flags.yes === true })
  try {
    return await write(input, asker, files)
  } finally {
    asker.close()
  }
}

type Flags = Readonly<Record<string, string | boolean | undefined>>

const readFlags = ({ args }: CliInput): Flags | string => {
  const texts = ['config', ...KEYS].map((key) => [key, { type: 'string' }] as const)
  const switches = ['yes', 'force'].map((key) => [key, { type: 'boolean' }] as const)
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries([...texts, ...switches]) })
      .values as Flags
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'This is no flag of init.'
    return `${why}\nFlags of init: ${[...KEYS, 'config', 'yes', 'force'].map((key) => `--${key}`).join(' ')}`
  }
}

const refuse = ({ err }: CliInput, lines: readonly string[]): number => {
  for (const line of lines) err.write(`${line}\n`)
  return REFUSED
}

interface Files {
  readonly config: string
  readonly example: string
}

const write = async (input: CliInput, asker: Asker, files: Files): Promise<number> => {
  const find = findBy(input)
  if (asker.asks) input.out.write(explain(find !== undefined))
  const answered = await askAll(asker, find)
  if (answered === undefined) return refuse(input, asker.lacks())
  const text = writeFirstConfig(answered.answers)
  assertFine(text)
  writeFileSync(files.config, text)
  writeFileSync(files.example, writeEnvExample(variablesOf(answered), '.env'))
  input.out.write(`\nWrote ${files.config} and ${files.example}.\n`)
  return goOn(input, answered, files)
}

/** How a channel or a group is written, before anybody has to. */
const explain = (byName: boolean): string => {
  const findings = registry.chats.flatMap(({ starter }) => starter?.finding ?? [])
  const ids = ['Channels and groups are written by their ids, as `chat:id`.', ...findings]
  return `${byName ? 'Channels and groups can be written by name: #channel, @group.' : ids.join('\n')}\n\n`
}

/** Every answer was held against the parsers that read this; what is wrong now is wrong with us. */
const assertFine = (text: string): void => {
  const result = readConfig({ text, env: {}, kinds: registry, secrets: 'optional' })
  if (!result.ok)
    throw new Error(`The new config is not right: ${result.problems.map(showProblem).join(' ')}`)
}

/** Asks each chat that can look names up with what the environment has. */
const findBy = ({ env }: CliInput): Find | undefined => {
  const tools = { clock: systemClock, log: makeLog({ level: 'silent' }) }
  const lookUps = registry.chats.flatMap(({ starter }) => starter?.lookUp?.(env, tools) ?? [])
  if (lookUps.length === 0) return undefined
  return async (name) => {
    for (const lookUp of lookUps) {
      const limits = { now: 0, notAfter: LOOK_UP_MS, key: 'look-up' }
      const found = await callOutside(systemClock, limits, (call) => lookUp(name, call))
      if (found !== undefined) return found
    }
    return undefined
  }
}

const chatsOf = ({ answers: { audit, channel } }: Answered) =>
  registry.chats.filter(({ kind }) =>
    [audit, channel].some(({ reference }) => reference.startsWith(`${kind}:`)),
  )

const variablesOf = (answered: Answered) => {
  const all = [
    ...VARIABLES,
    ...chatsOf(answered).flatMap(({ starter }) => starter?.variables ?? []),
    ...answered.variables,
  ]
  return [...all.filter(({ optional }) => !optional), ...all.filter(({ optional }) => optional)]
}

/** Where the secrets are there, `doctor` looks at everything at once; else the way there is said. */
const goOn = async (input: CliInput, { answers: { target } }: Answered, files: Files): Promise<number> => {
  if (loadConfig(input).ok) {
    const { run: doctor } = await import('./doctor.ts')
    await doctor(input)
    return DONE
  }
  const env = join(dirname(files.config), '.env')
  const options = `${files.config === DEFAULT_FILE ? '' : ` --config ${files.config}`} --env-file ${env}`
  const steps = [
    [`cp ${files.example} ${env}`, 'and fill it in: it says where to get each'],
    [`curfew doctor --setup ${target}${options}`, 'prints what an administrator runs there, once'],
    [`curfew doctor${options}`, 'says what is still missing; then start instead of doctor'],
  ] as const
  const width = Math.max(...steps.map(([command]) => command.length))
  const lines = steps.map(([command, says]) => `  ${command.padEnd(width)}  # ${says}`)
  input.out.write(`\nNext:\n${lines.join('\n')}\n`)
  return DONE
}
