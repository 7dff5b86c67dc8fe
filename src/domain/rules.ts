/** What an operator has written, as the rest of Curfew needs it: parsed, with defaults filled in, frozen. */
import type { DigestPlan } from './digest.ts'
import type { PersonEntry, Reference } from './people.ts'
import type { Policy } from './policy.ts'

export interface RoleRules {
  /** What the role allows, in words for the card. */
  readonly actions: readonly string[]
  readonly provisionWithinMs?: number
}

export interface TargetRules {
  /** Who a person is there, e.g. `{email.local}`; absent: only `people:` says. */
  readonly account?: string
  readonly provisionWithinMs?: number
  readonly roles: ReadonlyMap<string, RoleRules>
}

export interface Rules {
  readonly policies: readonly Policy[]
  readonly groups: ReadonlyMap<string, readonly Reference[]>
  readonly people: readonly PersonEntry[]
  readonly operators: readonly Reference[]
  readonly emailDomains: readonly string[]
  /** Channel references, `<chat>:<native id>`: each request has one thread in each of these. */
  readonly auditChannels: readonly string[]
  readonly digests: readonly DigestPlan[]
  /** Where neither role nor target says how long provisioning may take. */
  readonly provisionWithinMs: number
  readonly targets: ReadonlyMap<string, TargetRules>
}
