/** What `curfew init` asks, in order; every answer is held against the parsers that read the config later. */

import type { FirstAnswers, Named } from '../config/first-config.ts'
import { judgeChannel, judgeReference, type Known } from '../config/read-references.ts'
import { judgeName } from '../config/read-targets.ts'
import { asFault } from '../domain/fault.ts'
import { domainOf, isBadReference, parseReference } from '../domain/reference.ts'
import type { TargetKind, Variable, Wrong } from '../ports.ts'
import { registry } from '../registry.ts'
import { type Asked, type Asker, isWrong } from './ask.ts'

/** `#channel` or `@group` to its reference; `undefined` when there is none. Rejects with faults. */
export type Find = (name: string) => Promise<string | undefined>

const startable = registry.targets.filter(({ starter }) => starter !== undefined)

/** Flags beside those of every command, in the order of the questions. */
export const KEYS = [
  'operator',
  'domain',
  'audit',
  'kind',
  'target',
  'role',
  ...new Set(startable.flatMap(({ starter }) => starter?.questions.map(({ key }) => key) ?? [])),
  'requesters',
  'approvers',
  'channel',
]

const knownOf = (emailDomains: readonly string[]): Known => ({
  chats: registry.chats.map(({ kind }) => kind),
  directories: registry.directories,
  running: undefined,
  groups: [],
  emailDomains,
  linked: [],
})

/** An answer is written into the file as it is, and would be read there as something else. */
const judgeVariable = (answer: string): Wrong | undefined =>
  /\$\{/.test(answer)
    ? { says: `“${answer}” would be read as a variable.`, hint: 'Write the name itself.' }
    : undefined

/** A name that people see becomes its reference; anything else is taken as one. */
const readNamed =
  (find: Find | undefined, judge: (reference: string) => Wrong | undefined) =>
  async (answer: string): Promise<Named | Wrong> => {
    if (!/^[#@]/.test(answer)) return judgeVariable(answer) ?? judge(answer) ?? { reference: answer }
    const found = await lookFor(answer, find)
    return typeof found === 'string' ? (judge(found) ?? { reference: found, shown: answer }) : found
  }

const lookFor = async (name: string, find: Find | undefined): Promise<string | Wrong> => {
  if (find === undefined)
    return { says: `“${name}” is a name, and Curfew needs its id.`, hint: 'Write it as `chat:id`.' }
  try {
    const hint = 'Is it spelled so, and for a private channel, has the bot been invited? Else write its id.'
    return (await find(name)) ?? { says: `No “${name}” was found.`, hint }
  } catch (thrown) {
    return { says: `“${name}” could not be looked up: ${asFault(thrown).message}.`, hint: 'Write its id.' }
  }
}

const readAll =
  (read: (answer: string) => Promise<Named | Wrong>) =>
  async (answer: string): Promise<readonly Named[] | Wrong> => {
    const all = await Promise.all(
      answer
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(read),
    )
    return all.find(isWrong) ?? (all as readonly Named[])
  }

const plain = (judge: (answer: string) => Wrong | undefined) => async (answer: string) =>
  judgeVariable(answer) ?? judge(answer) ?? answer

const judgeOperator = (answer: string): Wrong | undefined => {
  const parsed = parseReference(answer)
  if (isBadReference(parsed)) return parsed
  return parsed.ref === 'email' ? undefined : { says: `“${answer}” is no e-mail address.`, hint: EMAIL_HINT }
}

const judgeDomain = (answer: string): Wrong | undefined => {
  const parsed = parseReference(`someone@${answer}`)
  const isDomain = !isBadReference(parsed) && parsed.ref === 'email' && answer.includes('.')
  return isDomain ? undefined : { says: `“${answer}” is no e-mail domain.`, hint: 'Write it like acme.test.' }
}

const SAMPLE = 'ana@acme.test'
const EMAIL_HINT = `Write it like ${SAMPLE}.`

const askKind = async ({ ask }: Asker): Promise<TargetKind | undefined> => {
  const [only, ...others] = startable
  if (only === undefined || others.length === 0) return only
  const kinds = startable.map(({ kind }) => kind)
  const judge = (answer: string) =>
    kinds.includes(answer)
      ? undefined
      : { says: `Curfew knows no “${answer}”.`, hint: `Write one of: ${kinds.join(', ')}.` }
  const kind = await ask({
    key: 'kind',
    asks: `Which kind of system (${kinds.join(', ')})`,
    byDefault: only.kind,
    read: plain(judge),
  })
  return startable.find((one) => one.kind === kind)
}

export interface Answered {
  readonly answers: FirstAnswers
  readonly variables: readonly Variable[]
}

/** `orders-db` and `URL` to `ORDERS_DB_URL`. */
const variableOf = (target: string) => (word: string) =>
  `${target
    .replace(/\W/g, '_')
    .replace(/^(?=\d)/, '_')
    .toUpperCase()}_${word}`

const askTarget = async (asker: Asker) => {
  const kind = await askKind(asker)
  const target = await asker.ask({
    key: 'target',
    asks: 'What shall the system be called in chat',
    byDefault: 'orders-db',
    read: plain((name) => judgeName(name, 'target')),
  })
  const given: Record<string, string> = {}
  for (const { judge, ...question } of kind?.starter?.questions ?? [])
    given[question.key] = (await asker.ask({ ...question, read: plain(judge) })) ?? ''
  const role = await asker.ask({
    key: 'role',
    asks: 'What shall that be called in chat',
    byDefault: 'readonly',
    read: plain((name) => judgeName(name, 'role')),
  })
  if (target === undefined || role === undefined || asker.lacks().length > 0) return undefined
  const written = kind?.starter?.write(given, { role, variable: variableOf(target) })
  return written && { target, role, ...written }
}

/** `undefined`: something has no answer; the asker says what. */
export const askAll = async (asker: Asker, find: Find | undefined): Promise<Answered | undefined> => {
  const { ask } = asker
  const operator = await ask({
    key: 'operator',
    asks: 'Who runs Curfew (an e-mail address)',
    read: plain(judgeOperator),
  })
  // Where it is missing nothing is written, and what only follows from it is not missed as well.
  const sample = operator ?? SAMPLE
  const domain = await ask({
    key: 'domain',
    asks: 'Whose addresses may become accounts (an e-mail domain)',
    byDefault: domainOf(sample),
    read: plain(judgeDomain),
  })
  // An address that no domain speaks for would mean nobody.
  const domains = [...new Set([domain ?? '', domainOf(sample)].map(lower))]
  const known = knownOf(domains)
  const channelAsked = (key: string, asks: string, byDefault?: string): Asked<Named> => ({
    key,
    asks,
    byDefault,
    read: readNamed(find, (reference) => judgeChannel(reference, known)),
  })
  const people = readAll(readNamed(find, (reference) => judgeReference(reference, known)))
  const audit = await ask(channelAsked('audit', 'In which channel can everything that happens be followed'))
  const target = await askTarget(asker)
  const requesters = await ask({
    key: 'requesters',
    asks: 'Who may ask (groups, addresses)',
    byDefault: 'everyone',
    read: people,
  })
  const approvers = await ask({
    key: 'approvers',
    asks: 'Who decides (groups, addresses; nobody decides their own request)',
    byDefault: sample,
    read: people,
  })
  const channel =
    audit && (await ask(channelAsked('channel', 'In which channel are they asked', audit.reference)))
  if (!operator || !domain || !audit || !target || !requesters || !approvers || !channel) return undefined
  const { lines: settings, variables, ...names } = target
  const answers = { operator, domains, audit, ...names, settings, requesters, approvers, channel }
  return { answers, variables }
}

const lower = (text: string): string => text.toLowerCase()
