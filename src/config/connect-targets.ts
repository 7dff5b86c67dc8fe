/** The targets of a config, connected, with the rules that go with them: for app.ts, at the start and at every reload. Those whose settings did not change stay connected. */
import { canonical } from '../domain/entry.ts'
import type { Rules } from '../domain/rules.ts'
import type { Target, Tools } from '../ports.ts'
import type { Config } from './config.ts'
import type { Kinds } from './kinds.ts'
import { rulesOf } from './rules-of.ts'

export interface Connected {
  readonly rules: Rules
  readonly targets: ReadonlyMap<string, Target>
  /** What each was connected with, to be told from another. */
  readonly settings: ReadonlyMap<string, string>
  readonly heartbeat?: string | undefined
}

/** Connects lazily. `before`: what is connected already. */
export const connectTargets = (config: Config, kinds: Kinds, tools: Tools, before?: Connected): Connected => {
  const targets = new Map<string, Target>()
  const settings = new Map<string, string>()
  for (const [name, plug] of Object.entries(config.targets)) {
    const text = canonical(plug)
    const kept = before?.settings.get(name) === text ? before.targets.get(name) : undefined
    const kind = kinds.targets.find((one) => one.kind === plug.kind)
    const target = kept ?? kind?.connect(name, plug.settings, tools)
    if (target === undefined) continue
    targets.set(name, target)
    settings.set(name, text)
  }
  return { rules: rulesOf(config), targets, settings, heartbeat: config.heartbeat }
}
