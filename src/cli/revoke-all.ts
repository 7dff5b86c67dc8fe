/** `curfew revoke-all [--target T] REASON`: ends every grant now, or every grant of one target. */
import type { Request } from '../domain/model.ts'
import { phaseOf } from '../domain/request.ts'
import type { Transacted } from '../service/transact.ts'
import { sayActed } from './act-on-one.ts'
import { type CliCommand, type CliInput, DONE, FAILED } from './cli-command.ts'
import { liveRequests } from './load-requests.ts'
import { readReason } from './read-reason.ts'
import { sayRefusal, unknownTarget } from './say-host.ts'
import { type Host, withHost } from './with-host.ts'

export const run: CliCommand = (input) =>
  withHost(input, async (host, { words, json, target }) => {
    const reason = readReason(words, 'curfew revoke-all [--target TARGET] REASON')
    if (typeof reason !== 'string') return sayRefusal(input, reason, json)
    const live = (await liveRequests(host.journal)).filter((one) => isOf(one, target))
    if (target !== undefined && live.length === 0 && !Object.hasOwn(host.config.targets, target))
      return sayRefusal(input, unknownTarget(target, Object.keys(host.config.targets)), json)
    return revokeEach(input, host, live, { reason, json })
  })

const revokeEach = async (
  input: CliInput,
  host: Host,
  live: readonly Request[],
  { reason, json }: { readonly reason: string; readonly json: boolean },
): Promise<number> => {
  const held = live.filter((one) => ['approved', 'provisioning', 'active'].includes(phaseOf(one)))
  let failed = 0
  for (const { id } of held) {
    const done = await host.act({ act: 'revoke', id, reason })
    if (sayActed(input, { act: 'revoke', id }, done, json) !== DONE && !isOver(done)) failed += 1
  }
  const waiting = live.filter((one) => phaseOf(one) === 'pending').length
  if (!json) input.out.write(`${held.length} grants. ${waiting} requests still wait for a decision.\n`)
  return failed === 0 ? DONE : FAILED
}

/** Somebody else, or time, was first. */
const isOver = (done: Transacted): boolean =>
  done.did === 'refuse' && ['already-ending', 'already-over'].includes(done.refusal.refused)

const isOf = ({ entitlement }: Request, target: string | undefined): boolean =>
  target === undefined || entitlement.target === target
