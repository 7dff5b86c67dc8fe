/**
 * The connection of whoever looks after the journal beside the bot's work: sealing, mirroring, trimming. It is one of
 * its own, so that long reads hold nothing up.
 */

import { Fault } from '../domain/fault.ts'
import { redisFault } from '../infra/redis-fault.ts'
import type { Log, RedisAddress } from '../ports.ts'
import { openReader, type Reader } from './open-reader.ts'
import { composeScripts, runScript, type ScriptName } from './scripts.ts'

export interface Keeper extends Reader {
  /** Runs a script; answers what follows its first word. Rejects with a fault. */
  run(script: ScriptName, keys: readonly string[], args: readonly string[]): Promise<readonly unknown[]>
}

export interface KeeperOptions {
  readonly redis: RedisAddress
  readonly log: Log
  /** As of the journal. */
  readonly prelude?: string | undefined
}

/** Rejects with a fault when Redis is not there. */
export const openKeeper = async ({ redis, log, prelude }: KeeperOptions): Promise<Keeper> => {
  const scripts = composeScripts(prelude)
  const reader = await openReader(redis, log, scripts)
  return {
    ...reader,
    run: async (name, keys, args) => {
      const reply = await reader.ask((client) =>
        runScript(client, scripts[name], keys, args).catch((thrown) => {
          throw redisFault(thrown, 'write')
        }),
      )
      const [word, ...rest] = reply as [string, ...unknown[]]
      if (word === 'broken') throw new Fault('permanent', `${rest[0]} in Redis is not what the journal wrote`)
      return rest
    },
  }
}
