/** The commands that do something to one request: deny, revoke, retry, forget. */
import type { RequestId } from '../domain/model.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import { parseRequestId } from '../domain/request-id.ts'
import type { HostAct } from '../service/act-on-host.ts'
import type { Transacted } from '../service/transact.ts'
import { type CliCommand, type CliInput, DONE } from './cli-command.ts'
import { readReason } from './read-reason.ts'
import { sayRefusal } from './say-host.ts'
import { withHost } from './with-host.ts'

const DID: Readonly<Record<HostAct['act'], string>> = {
  deny: 'Denied; nothing was given.',
  revoke: 'Revoked: a running bot removes the access within seconds.',
  retry: 'A running bot tries again within seconds.',
  forget:
    'What people wrote about it is erased, and a running bot erases it in the mirror. Messages in chat stay: delete them there.',
}

export const actOnOne =
  (act: HostAct['act']): CliCommand =>
  (input) =>
    withHost(input, async (host, { words: [first = '', ...rest], json }) => {
      const id = parseRequestId(first)
      if (id === undefined) return sayRefusal(input, noId(act, first), json)
      if (act === 'retry' || act === 'forget')
        return sayActed(input, { act, id }, await host.act({ act, id }), json)
      const reason = readReason(rest, `curfew ${act} ${id} REASON`)
      if (typeof reason !== 'string') return sayRefusal(input, reason, json, id)
      return sayActed(input, { act, id }, await host.act({ act, id, reason }), json)
    })

/** No id, or a word that is none. */
export const noId = (act: string, text: string): Refusal =>
  refuse(
    'unknown-id',
    text === ''
      ? `Say which request: curfew ${act} R-7K3QX9`
      : `“${text.slice(0, 40)}” is not the id of a request.`,
  )

/** Answers the exit code. */
export const sayActed = (
  input: CliInput,
  { act, id }: { readonly act: HostAct['act']; readonly id: RequestId },
  done: Transacted,
  json: boolean,
): number => {
  if (done.did === 'refuse') return sayRefusal(input, done.refusal, json, id)
  input.out.write(json ? `${JSON.stringify({ id, did: act })}\n` : `${id}: ${DID[act]}\n`)
  return DONE
}
