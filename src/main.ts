#!/usr/bin/env node
/** argv to one command in cli/; signals and exit codes live there. Exit codes: 0 done, 1 failed, 2 refused to begin. */
import type { CliCommand } from './cli/cli-command.ts'

const COMMANDS: Readonly<Record<string, () => Promise<{ run: CliCommand }>>> = {
  start: () => import('./cli/start.ts'),
  check: () => import('./cli/check.ts'),
  doctor: () => import('./cli/doctor.ts'),
  journal: () => import('./cli/journal.ts'),
  export: () => import('./cli/export.ts'),
  verify: () => import('./cli/verify.ts'),
  restore: () => import('./cli/restore.ts'),
  requests: () => import('./cli/requests.ts'),
  status: () => import('./cli/status.ts'),
  who: () => import('./cli/who.ts'),
  deny: () => import('./cli/deny.ts'),
  revoke: () => import('./cli/revoke.ts'),
  'revoke-all': () => import('./cli/revoke-all.ts'),
  retry: () => import('./cli/retry.ts'),
  reconcile: () => import('./cli/reconcile.ts'),
  forget: () => import('./cli/forget.ts'),
  sandbox: () => import('./cli/sandbox.ts'),
}

const USAGE = `Usage: curfew COMMAND [--config FILE]

  start               run the bot
  check               say everything that is wrong with the config; needs no secrets and no network
  doctor              try Redis, chats and targets, and say what to do; --setup TARGET prints its recipe
  journal ID          the journal of one request, and whether its marks are whole
  export --csv|--json every request as one row; --from DATE and --to DATE, days in UTC
  verify              walks the whole journal and names everything that was tampered with
  restore [--from FOLDER]
                      fills an empty Redis from the mirror; every bot must have stopped
  sandbox             try Curfew here, with no chat account

For an operator on this host, when chat is of no use; a running bot does the rest. --json for machines.
  requests [--all]    every request that is not over, or every one there ever was
  status ID           one request, and what its thread says
  who PERSON          what somebody has and waits for: an address, an id, chat:ID
  deny ID REASON      denies a request
  revoke ID REASON    ends a grant now
  revoke-all [--target TARGET] REASON
                      ends every grant now
  retry ID            tries again now what is stuck
  reconcile [--target TARGET] [--revoke SEAT | --all-orphans]
                      finds access with no grant behind it; takes orphans away
  forget ID           erases what people typed about a request that is over; its record stays whole
There is no approve: nobody approves without an identity that a chat verified.

Exit codes: 0 done, 1 failed or refused, 2 refused to begin (a bad config, no Redis).
`

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (load === undefined) {
  process.stderr.write(USAGE)
  process.exitCode = name === '' || name === 'help' || name === '--help' ? 0 : 2
} else {
  const { run } = await load()
  process.exitCode = await run({ args, env: process.env, out: process.stdout, err: process.stderr })
}
