#!/usr/bin/env node
/** argv to one command in cli/; signals and exit codes live there. Exit codes: 0 done, 1 failed, 2 refused to begin. */
import type { CliCommand } from './cli/cli-command.ts'
import { takeEnvFile } from './cli/take-env-file.ts'

const COMMANDS: Readonly<Record<string, () => Promise<{ run: CliCommand }>>> = {
  start: () => import('./cli/start.ts'),
  init: () => import('./cli/init.ts'),
  check: () => import('./cli/check.ts'),
  schema: () => import('./cli/schema.ts'),
  doctor: () => import('./cli/doctor.ts'),
  journal: () => import('./cli/journal.ts'),
  export: () => import('./cli/export.ts'),
  verify: () => import('./cli/verify.ts'),
  accept: () => import('./cli/accept.ts'),
  restore: () => import('./cli/restore.ts'),
  requests: () => import('./cli/requests.ts'),
  status: () => import('./cli/status.ts'),
  who: () => import('./cli/who.ts'),
  approve: () => import('./cli/approve.ts'),
  deny: () => import('./cli/deny.ts'),
  revoke: () => import('./cli/revoke.ts'),
  'revoke-all': () => import('./cli/revoke-all.ts'),
  freeze: () => import('./cli/freeze.ts'),
  thaw: () => import('./cli/thaw.ts'),
  retry: () => import('./cli/retry.ts'),
  reconcile: () => import('./cli/reconcile.ts'),
  forget: () => import('./cli/forget.ts'),
  sandbox: () => import('./cli/sandbox.ts'),
}

const USAGE = `Usage: curfew COMMAND [--config FILE] [--env-file FILE]

  init                asks a few questions, writes curfew.yaml and .env.example; every question is a flag, too
  check               say everything that is wrong with the config; needs no secrets and no network
                      --print shows what it comes to, --env wants the environment to be complete as well
  schema              the JSON Schema of curfew.yaml, for editors
  doctor              try Redis, chats and targets, and say what to do; --setup TARGET prints its recipe,
                      --apply TARGET runs it, as the administrator in ADMIN_URL
  start               run the bot
  journal ID          the journal of one request, and whether its marks are whole
  export --csv|--json every request as one row; --from DATE and --to DATE, days in UTC; --mirror reads the mirror that
                      the config names, --mirror-at FOLDER another
  verify              walks the whole journal and names everything that was tampered with; --mirror the mirror as well,
                      --checkpoint N:SEAL holds it against what a digest said
  accept              believes journal and clock as they are, after every bot said that it does not
  restore [--from FOLDER] [--discard N] [--although-broken]
                      fills an empty Redis from the mirror; every bot must have stopped
  sandbox             try Curfew here, with no chat account

For an operator on this host, when chat is of no use; a running bot does the rest. --json for machines.
  requests [--all]    every request that is not over, or every one there ever was
  status ID           one request, and what its thread says
  who PERSON          what somebody has and waits for: an address, an id, chat:ID
  approve ID          approves one, as an approver whom people: links to this user: { email: …, host: … }
  deny ID REASON      denies a request
  revoke ID REASON    ends a grant now
  revoke-all [--target TARGET] REASON
                      ends every grant now
  freeze [REASON]     gives nothing new from now on; what runs ends as agreed
  thaw                gives access again
  retry ID            tries again now what is stuck
  reconcile [--target TARGET] [--revoke SEAT | --all-orphans]
                      finds access with no grant behind it; takes orphans away
  forget ID           erases what people typed about a request that is over; its record stays whole

Exit codes: 0 done, 1 failed or refused, 2 refused to begin (a bad config, no Redis).
`

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (load === undefined) {
  process.stderr.write(USAGE)
  process.exitCode = name === '' || name === 'help' || name === '--help' ? 0 : 2
} else {
  const taken = takeEnvFile({ args, env: process.env })
  if (typeof taken === 'string') {
    process.stderr.write(taken)
    process.exitCode = 2
  } else {
    const { run } = await load()
    process.exitCode = await run({
      ...taken,
      get in() {
        return process.stdin
      },
      out: process.stdout,
      err: process.stderr,
    })
  }
}
