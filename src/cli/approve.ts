/** `curfew approve ID`: approves a request, as an approver whom `people:` links to this host's user. */
import { phaseOf } from '../domain/request.ts'
import { parseRequestId } from '../domain/request-id.ts'
import { noId } from './act-on-one.ts'
import { type CliCommand, DONE } from './cli-command.ts'
import { sayRefusal } from './say-host.ts'
import { withHost } from './with-host.ts'

export const run: CliCommand = (input) =>
  withHost(input, async (host, { words: [first = ''], json }) => {
    const id = parseRequestId(first)
    if (id === undefined) return sayRefusal(input, noId('approve', first), json)
    const done = await host.approve(id)
    if (done.did === 'refuse') return sayRefusal(input, done.refusal, json, id)
    const waits = done.did === 'change' && phaseOf(done.world.request) === 'pending'
    const says = waits
      ? 'Approval recorded; it waits for another approver.'
      : 'Approved: a running bot gives the access within seconds.'
    input.out.write(json ? `${JSON.stringify({ id, did: 'approve', waits })}\n` : `${id}: ${says}\n`)
    return DONE
  })
