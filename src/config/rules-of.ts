/** The part of the config that decisions read, in the words of the domain. */
import type { Rules, TargetRules } from '../domain/rules.ts'
import type { TargetSettings } from '../ports.ts'
import type { Config } from './config.ts'

export const rulesOf = (config: Config): Rules => ({
  policies: config.policies,
  groups: config.groups,
  people: config.people,
  operators: config.operators,
  emailDomains: config.emailDomains,
  auditChannels: config.auditChannels,
  digests: config.digests,
  provisionWithinMs: config.provisionWithinMs,
  targets: new Map(
    Object.entries(config.targets).map(([name, { settings }]) => [name, targetRulesOf(settings)]),
  ),
})

const targetRulesOf = ({ account, provisionWithin, roles }: TargetSettings): TargetRules => ({
  ...(account === undefined ? {} : { account }),
  ...within(provisionWithin),
  roles: new Map(
    Object.entries(roles).map(([role, { actions = [], provisionWithin: roleWithin }]) => [
      role,
      { actions, ...within(roleWithin) },
    ]),
  ),
})

const within = (ms: number | undefined): { provisionWithinMs?: number } =>
  ms === undefined ? {} : { provisionWithinMs: ms }
