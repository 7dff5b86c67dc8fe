/** `curfew status ID`: one request, and below it what its thread in chat says. */
import { requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import type { RequestEvent } from '../domain/request.ts'
import { parseRequestId } from '../domain/request-id.ts'
import { tell } from '../domain/words.ts'
import { type CliCommand, DONE } from './cli-command.ts'
import { loadRequests, textsOf } from './load-requests.ts'
import { sayRefusal, sayRequest, sayWords } from './say-host.ts'
import { withHost } from './with-host.ts'

export const run: CliCommand = (input) =>
  withHost(input, async ({ journal }, { words, json }) => {
    const id = parseRequestId(words[0] ?? '')
    const [request] = id === undefined ? [] : await loadRequests(journal, [requestKey(id)])
    if (request === undefined) return sayRefusal(input, saysPhase(null, 'tick'), json, id)
    const texts = await textsOf(journal, request.id)
    input.out.write(sayRequest(request, texts, json))
    if (json) return DONE
    for (const { at, event } of await journal.entries(requestKey(request.id))) {
      const spans = tell(event as unknown as RequestEvent, request, texts)
      if (spans !== null) input.out.write(`  ${new Date(at).toISOString()}  ${sayWords(spans)}\n`)
    }
    return DONE
  })
