/** `targets:`: each with the settings of its kind; no two of their roles may make the same seat. */
import type { TargetKind, TargetSettings, Wrong } from '../ports.ts'
import type { Plug } from './config.ts'
import { hintFrom } from './explain-issue.ts'
import { parseShape } from './parse-shape.ts'
import { type At, under } from './problem.ts'
import type { Named } from './read-groups.ts'
import { hasPlaceholder, MISSING_HOST, type Reporter } from './reporter.ts'

export interface Targets {
  readonly targets: Readonly<Record<string, Plug<TargetSettings>>>
  readonly names: readonly string[]
  /** Every `target/role`, also of targets with mistakes, so that one mistake does not cause others. */
  readonly entitlements: readonly string[]
}

interface Ready {
  readonly written: Named
  readonly kind: TargetKind
  readonly settings: TargetSettings
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i
const NAME_HINT = 'Use letters, digits, `-`, `_` and `.`, at most 63 of them.'

/** What is wrong with the name of a target or a role. */
export const judgeName = (name: string, of: 'target' | 'role'): Wrong | undefined =>
  NAME.test(name) ? undefined : { says: `“${name}” cannot name a ${of}.`, hint: NAME_HINT }

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined

const rolesOf = (value: unknown): readonly string[] => {
  const roles = fieldOf(value, 'roles')
  return typeof roles === 'object' && roles !== null ? Object.keys(roles) : []
}

const checkNames = ({ name, value, at }: Named, reporter: Reporter): void => {
  const report = (here: At, wrong: Wrong | undefined): void => {
    if (wrong !== undefined) reporter.at(here, wrong.says, wrong.hint)
  }
  report(at, judgeName(name, 'target'))
  for (const role of rolesOf(value)) report(under(at, 'roles', role), judgeName(role, 'role'))
}

/** Where a variable is missing, what the kind lets stand for it: the rest is checked all the same. */
const standIn = (value: unknown, kind: TargetKind): unknown =>
  hasPlaceholder(value)
    ? Object.fromEntries(
        Object.entries(value as Readonly<Record<string, unknown>>).map(([key, setting]) => {
          const sample = kind.starter?.sample(MISSING_HOST)[key]
          return [key, sample !== undefined && hasPlaceholder(setting) ? sample : setting]
        }),
      )
    : value

const readTarget = (written: Named, kinds: readonly TargetKind[], reporter: Reporter): Ready | undefined => {
  const { value, at } = written
  const known = kinds.map(({ kind }) => kind)
  const name = fieldOf(value, 'kind')
  if (name === undefined) {
    reporter.at(under(at, 'kind'), 'Is missing.', `Add \`kind:\` here, one of: ${known.join(', ')}.`)
    return undefined
  }
  const kind = kinds.find((one) => one.kind === name)
  if (kind === undefined) {
    reporter.at(under(at, 'kind'), 'Curfew knows no target of this kind.', hintFrom(String(name), known))
    return undefined
  }
  const settings = parseShape(standIn(value, kind), kind.settings, at, reporter)
  return settings === undefined ? undefined : { written, kind, settings }
}

/** Two entitlements for one seat would end each other's access, or keep it. */
const checkSeats = (ready: readonly Ready[], reporter: Reporter): void => {
  const makers = new Map<string, string>()
  for (const { written, kind, settings } of ready)
    for (const [role, hint] of Object.entries(kind.seatHints(settings))) {
      if (hasPlaceholder(hint)) continue
      const key = `${kind.kind} ${hint}`
      const other = makers.get(key)
      if (other !== undefined)
        reporter.at(
          under(written.at, 'roles', role),
          `Gives the very same access as \`${other}\`.`,
          'Keep one of the two, or let them differ.',
        )
      makers.set(key, other ?? `${written.name}/${role}`)
    }
}

const checkTemplates = (
  ready: readonly Ready[],
  emailDomains: readonly string[],
  reporter: Reporter,
): void => {
  if (emailDomains.length > 0) return
  for (const { written, settings } of ready)
    if (settings.account?.includes('{email') === true)
      reporter.at(
        under(written.at, 'account'),
        'This template works for nobody: `emailDomains` is empty.',
        'List the domains whose addresses may become accounts.',
      )
}

export const readTargets = (
  written: readonly Named[],
  kinds: readonly TargetKind[],
  emailDomains: readonly string[],
  reporter: Reporter,
): Targets => {
  for (const target of written) checkNames(target, reporter)
  const ready = written.flatMap((target) => readTarget(target, kinds, reporter) ?? [])
  checkSeats(ready, reporter)
  checkTemplates(ready, emailDomains, reporter)
  return {
    targets: Object.fromEntries(
      ready.map(({ written: { name }, kind, settings }) => [name, { kind: kind.kind, settings }]),
    ),
    names: written.map(({ name }) => name),
    entitlements: written.flatMap(({ name, value }) => rolesOf(value).map((role) => `${name}/${role}`)),
  }
}
