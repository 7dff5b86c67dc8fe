/** `curfew requests [--all]`: every request that is not over, or every one there ever was, one line each. */
import { requestKey } from '../domain/model.ts'
import { openReader } from '../journal/open-reader.ts'
import { readAsked } from '../journal/read-asked.ts'
import { type CliCommand, DONE } from './cli-command.ts'
import { liveRequests, loadRequests, textsOf } from './load-requests.ts'
import { sayRequest } from './say-host.ts'
import { type Host, withHost } from './with-host.ts'
import { writeOut } from './write-out.ts'

const EVER = { from: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY }

export const run: CliCommand = (input) =>
  withHost(input, async (host, { all, json }) => {
    for await (const requests of all ? everyRequest(host) : [await liveRequests(host.journal)])
      for (const request of requests)
        await writeOut(input.out, sayRequest(request, await textsOf(host.journal, request.id), json))
    return DONE
  })

async function* everyRequest({ config, journal, log }: Host) {
  const reader = await openReader(config.redis, log)
  try {
    for await (const ids of readAsked(reader, EVER, () => undefined))
      yield await loadRequests(journal, ids.map(requestKey))
  } finally {
    reader.close()
  }
}
