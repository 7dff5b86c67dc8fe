/** `curfew restore`: fills an empty Redis from the mirror, once every bot has stopped. */
import { parseArgs } from 'node:util'
import type { Config } from '../config/config.ts'
import { makeLog } from '../infra/log.ts'
import type { Mirror } from '../journal/mirror.ts'
import { openArchive } from '../journal/open-archive.ts'
import { openKeeper } from '../journal/open-keeper.ts'
import { openRebuild } from '../journal/open-rebuild.ts'
import { verifyMirror } from '../journal/verify-mirror.ts'
import { restore } from '../service/restore.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'
import { showFinding } from './show-finding.ts'
import { withMirror } from './with-mirror.ts'

const USAGE =
  'Say it so: curfew restore [--from FOLDER | --from postgres://…] [--discard N] [--although-broken]\n'

interface Wish {
  readonly from: string | undefined
  /** Ends matter more than evidence: what can be folded is restored. */
  readonly although: boolean
  /** So many entries stand in Redis and are worth nothing. */
  readonly discard: number
}

export const run: CliCommand = async (input) => {
  const wish = readWish(input.args)
  if (wish === undefined) {
    input.err.write(USAGE)
    return REFUSED
  }
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  const { config } = result
  return withMirror(input, config, wish.from, (mirror) => restoreFrom(input, config, mirror, wish))
}

const restoreFrom = async (
  { out, err }: CliInput,
  config: Config,
  mirror: Mirror,
  { although, discard }: Wish,
): Promise<number> => {
  let found = 0
  const { entries } = await verifyMirror(mirror, config.key, (finding) => {
    found += 1
    err.write(`mirror: ${showFinding(finding)}\n`)
  })
  if (entries === 0) {
    err.write('The mirror is empty: there is nothing to restore.\n')
    return FAILED
  }
  if (found > 0 && !although) {
    err.write(BROKEN)
    return FAILED
  }
  const log = makeLog({ level: 'silent', secrets: config.secrets })
  const keeper = await openKeeper({ redis: config.redis, log })
  try {
    const { requests, live, left } = await restore(
      openArchive(mirror),
      openRebuild(keeper, config.key, discard),
      config.keepMs,
    )
    out.write(`Restored ${entries} entries: ${requests} requests, ${live} of them not over yet.\n`)
    if (left > 0) out.write(`${left} requests were over long ago and stay in the mirror.\n`)
    out.write('Start Curfew: what is due ends at once, and nothing is told again.\n')
    return DONE
  } finally {
    keeper.close()
  }
}

const BROKEN =
  'The mirror was tampered with, so nothing was restored. Is CURFEW_KEY the right one? To end what access can still be ended: --although-broken\n'

const readWish = (args: readonly string[]): Wish | undefined => {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: text,
        from: text,
        discard: text,
        'although-broken': { type: 'boolean', default: false },
      },
    })
    return { from: values.from, although: values['although-broken'], discard: Number(values.discard ?? 0) }
  } catch {
    return undefined
  }
}
