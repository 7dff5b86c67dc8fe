/**
 * `curfew.yaml` and the environment to a frozen {@link Config}, or the whole list of what is wrong. Called once
 * per start and reload by whoever runs the process; it knows plug-ins only through the kinds it is given.
 */
import { KEEP_MS } from '../domain/limits.ts'
import type { MirrorSettings } from '../ports.ts'
import type { Config } from './config.ts'
import { freezeDeep } from './freeze-deep.ts'
import { hostPeople } from './host-people.ts'
import type { Kinds } from './kinds.ts'
import type { At, Problem, Source } from './problem.ts'
import { readDigests } from './read-digests.ts'
import { readEnvironment, runningKinds } from './read-environment.ts'
import { type Reading, readFile, readIncludes } from './read-files.ts'
import { readGroups } from './read-groups.ts'
import { readPeople } from './read-people.ts'
import { readPolicies } from './read-policies.ts'
import { type Known, readChannels, readReferences } from './read-references.ts'
import { collectItems, collectNamed, type Lists, readSections } from './read-sections.ts'
import { readTargets } from './read-targets.ts'
import type { Env } from './replace-variables.ts'
import { makeReporter, type Reporter } from './reporter.ts'
import { defaultsShape, listSections, mainSections } from './shapes.ts'

export interface ConfigInput {
  /** The main file; with `text`, only the name it goes by. */
  readonly path?: string
  readonly text?: string
  readonly env: Env
  readonly kinds: Kinds
  /** `optional`: for checking a file where no secrets are. Such a config must not be started. */
  readonly secrets?: 'required' | 'optional'
}

export type ConfigResult =
  | {
      readonly ok: true
      readonly config: Config
      /** The main file first, then what it includes. */
      readonly sources: readonly Source[]
    }
  | {
      readonly ok: false
      readonly problems: readonly Problem[]
      /**
       * What could be read all the same, without policies: good for ending access, never for giving any. Absent
       * when the file is no YAML or the environment lacks something.
       */
      readonly endingOnly?: Config
    }

interface FileSections {
  readonly source: Source
  readonly lists: Lists
}

const readMain = (main: Source, reading: Reading) => {
  const sections = readSections(main, { ...mainSections, ...listSections }, reading.reporter)
  const at = { source: main, path: ['include'] }
  const included = readIncludes(sections.include ?? [], at, reading)
  const files: readonly FileSections[] = [
    { source: main, lists: sections },
    ...included.map((source) => ({ source, lists: readSections(source, listSections, reading.reporter) })),
  ]
  return { sections, files }
}

const NEEDED = {
  operators: 'Name those who run Curfew: `operators: [ana@acme.test]`.',
  audit: 'Name a channel: `audit: { channels: [chat:id] }`. Every request has its thread there.',
  targets: 'Name a system in which access can be given.',
  policies: 'Say who may ask what of whom.',
}

const checkNeeded = (main: Source, files: readonly FileSections[], reporter: Reporter): void => {
  for (const [key, hint] of Object.entries(NEEDED))
    if (!files.some(({ source }) => Object.hasOwn(source.data, key)))
      reporter.add({ file: main.file, line: 1, message: `\`${key}\`: Is missing.`, hint })
}

const readOperators = (texts: readonly string[], at: At, known: Known, reporter: Reporter) =>
  readReferences(texts, at, known, reporter).filter(({ ref }) => {
    if (ref === 'everyone') reporter.at(at, 'Not everyone can be an operator.', 'Name those who run Curfew.')
    return ref !== 'everyone'
  })

/** Addresses of people who are linked to a chat; read early, mistakes are reported later. */
const linkedEmails = (items: ReturnType<typeof collectItems>, chats: readonly string[]): readonly string[] =>
  items.flatMap(({ value }) => {
    const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
    const linked = chats.some((chat) => typeof entry.email === 'string' && entry[chat] !== undefined)
    return linked ? [String(entry.email).toLowerCase()] : []
  })

/** A secret also where it stands in the file itself. */
const keepHidden = (url: string, name: string, { vault }: Reading): string => {
  if (!vault.secrets.has(url)) vault.secrets.set(url, name)
  return url
}

const hideUrl = (mirror: MirrorSettings, reading: Reading): MirrorSettings => {
  if ('database' in mirror) keepHidden(mirror.database.url, 'mirror.database.url', reading)
  return mirror
}

/** Everything the files say; the parts follow from one another in this order. */
const readContent = (main: Source, kinds: Kinds, reading: Reading) => {
  const directories = [...kinds.directories, hostPeople]
  const { reporter } = reading
  const { sections, files } = readMain(main, reading)
  checkNeeded(main, files, reporter)
  const place = (...path: string[]) => ({ source: main, path })
  const emailDomains = (sections.emailDomains ?? []).map((domain) => domain.toLowerCase())
  const targets = readTargets(collectNamed('targets', files, reporter), kinds.targets, emailDomains, reporter)
  const writtenGroups = collectNamed('groups', files, reporter)
  const writtenPeople = collectItems('people', files)
  const chats = kinds.chats.map(({ kind }) => kind)
  const systems = [...chats, hostPeople.kind]
  const running = runningKinds(kinds, reading.env)
  const known: Known = {
    chats,
    directories,
    running:
      reading.vault.mode === 'required' && running.length > 0 ? [...running, hostPeople.kind] : undefined,
    groups: writtenGroups.map(({ name }) => name),
    emailDomains,
    linked: linkedEmails(writtenPeople, systems),
  }
  const groups = readGroups(writtenGroups, known, reporter)
  const defaults = sections.defaults ?? defaultsShape.parse({})
  const { entitlements, names } = targets
  const sources = files.map(({ source }) => source)
  const context = { defaults, known, groups, entitlements, conditions: kinds.conditions }
  const content = {
    operators: readOperators(sections.operators ?? [], place('operators'), known, reporter),
    emailDomains,
    auditChannels: readChannels(sections.audit?.channels ?? [], place('audit', 'channels'), known, reporter),
    digests: readDigests(sections.digests ?? [], place('digests'), known, reporter),
    targets: targets.targets,
    groups,
    people: readPeople(writtenPeople, { chats: systems, directories, targets: names }, reporter),
    policies: readPolicies(collectItems('policies', files), context, reporter),
    provisionWithinMs: defaults.provisionWithin,
    keepMs: sections.keep ?? KEEP_MS,
    ...(sections.mirror === undefined ? {} : { mirror: hideUrl(sections.mirror, reading) }),
    ...(sections.durability === undefined ? {} : { durability: sections.durability }),
    ...(sections.heartbeat === undefined
      ? {}
      : { heartbeat: keepHidden(sections.heartbeat, 'heartbeat', reading) }),
  }
  return { content, sources }
}

/** Reads everything and reports everything; throws nothing. */
export const readConfig = (input: ConfigInput): ConfigResult => {
  const secrets = new Map<string, string>()
  const reporter = makeReporter(secrets)
  const vault = { secrets, mode: input.secrets ?? 'required' }
  const reading: Reading = { env: input.env, vault, reporter }

  const environment = readEnvironment(input.kinds, reading)
  const usable = reporter.problems().length === 0
  const file = input.path ?? 'curfew.yaml'
  const main = readFile(file, input.text, reading)
  if (main === undefined) return { ok: false, problems: reporter.problems() }

  const { content, sources } = readContent(main, input.kinds, reading)
  const config: Config = freezeDeep({ ...environment, ...content, secrets: [...secrets.keys()] })
  const problems = reporter.problems()
  if (problems.length === 0) return { ok: true, config, sources }
  return usable
    ? { ok: false, problems, endingOnly: freezeDeep({ ...config, policies: [] }) }
    : { ok: false, problems }
}
