/** `curfew requests [--all]`: every request that is not over, or every one there ever was, one line each. */
import { sayFrozen } from '../domain/freeze.ts'
import { requestKey } from '../domain/model.ts'
import { openReader } from '../journal/open-reader.ts'
import { readAsked } from '../journal/read-asked.ts'
import { readFrozen } from '../service/load.ts'
import { type CliCommand, DONE } from './cli-command.ts'
import { liveRequests, loadRequests, textsOf } from './load-requests.ts'
import { sayRequest, tame } from './say-host.ts'
import { type Host, withHost } from './with-host.ts'
import { writeOut } from './write-out.ts'

const EVER = { from: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY }

export const run: CliCommand = (input) =>
  withHost(input, async (host, { all, json }) => {
    const frozen = await readFrozen(host.journal)
    if (frozen !== undefined)
      input.err.write(`${tame(`Frozen since ${new Date(frozen.at).toISOString()}. ${sayFrozen(frozen)}`)}\n`)
    for await (const requests of all ? everyRequest(host) : [await liveRequests(host.journal)])
      for (const request of requests)
        await writeOut(input.out, sayRequest(request, await textsOf(host.journal, request.id), json))
    return DONE
  })

async function* everyRequest({ config, journal, log }: Host) {
  const reader = await openReader(config.redisUrl, log)
  try {
    for await (const ids of readAsked(reader, EVER, () => undefined))
      yield await loadRequests(journal, ids.map(requestKey))
  } finally {
    reader.close()
  }
}
