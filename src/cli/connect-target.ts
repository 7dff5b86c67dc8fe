/** A target of the config, for the commands that ask it themselves. */
import type { Config } from '../config/config.ts'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import type { Call, Log, Target } from '../ports.ts'
import { registry } from '../registry.ts'
import { callOutside } from '../service/call.ts'

const CHECK_MS = 15_000

/** Undefined: there is no such target. Whoever connects it closes it. */
export const connectTarget = (config: Config, name: string): Target | undefined => {
  const plug = config.targets[name]
  const kind = registry.targets.find((one) => one.kind === plug?.kind)
  if (plug === undefined || kind === undefined) return undefined
  return kind.connect(name, plug.settings, { clock: systemClock, log: quiet(config) })
}

export const quiet = (config: Config): Log => makeLog({ level: 'silent', secrets: config.secrets })

/** One call that somebody waits for. */
export const timed = <T>(key: string, run: (call: Call) => Promise<T>): Promise<T> =>
  callOutside(systemClock, { now: 0, notAfter: CHECK_MS, key }, run)
