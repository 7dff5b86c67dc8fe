/** The parsed config, frozen: what `curfew.yaml` and the environment say, with nothing left to check. */
import type { DigestPlan } from '../domain/digest.ts'
import type { PersonEntry, Reference } from '../domain/people.ts'
import type { Policy } from '../domain/policy.ts'
import type { MirrorSettings, RedisAddress, TargetSettings } from '../ports.ts'

/** A plug-in to connect, with the settings its own schema made. */
export interface Plug<S = unknown> {
  readonly kind: string
  readonly settings: S
}

/** What comes from the environment. */
export interface EnvironmentConfig {
  readonly redis: RedisAddress
  readonly port: number
  readonly host: string
  readonly logLevel: string
  /** `CURFEW_KEY`: the marks of the journal are made with it. Never logged. */
  readonly key: string
  /** How traces are sent; absent: no collector is set. Where to, its SDK reads by itself. */
  readonly traces?: 'http/protobuf' | 'http/json'
  readonly chats: readonly Plug[]
  readonly directories: readonly Plug[]
}

export interface Config extends EnvironmentConfig {
  readonly operators: readonly Reference[]
  /** Lower case. */
  readonly emailDomains: readonly string[]
  /** Channel references, `<chat>:<native id>`. */
  readonly auditChannels: readonly string[]
  readonly digests: readonly DigestPlan[]
  readonly targets: Readonly<Record<string, Plug<TargetSettings>>>
  /** In the order of precedence; those of included files come last. */
  readonly policies: readonly Policy[]
  /** Without cycles; every word in it is known. */
  readonly groups: ReadonlyMap<string, readonly Reference[]>
  readonly people: readonly PersonEntry[]
  /** Where neither role, target nor policy says how long provisioning may take, ms. */
  readonly provisionWithinMs: number
  /** The operator vouches that Redis keeps what it was told. */
  readonly durability?: 'platform'
  /** Where the journal stands once more, outside Redis. */
  readonly mirror?: MirrorSettings
  /** How long a closed request stays in Redis once it is in the mirror, ms. */
  readonly keepMs: number
  /** Called while all is well. Never logged. */
  readonly heartbeat?: string
  /** Every value that came from the environment or a secret file: for the log, which must never show one. */
  readonly secrets: readonly string[]
}
