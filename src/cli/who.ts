/** `curfew who PERSON`: what somebody has and waits for, by e-mail address, id or reference. */
import type { PersonRef } from '../domain/model.ts'
import { type CliCommand, DONE, REFUSED } from './cli-command.ts'
import { liveRequests, textsOf } from './load-requests.ts'
import { sayRequest } from './say-host.ts'
import { withHost } from './with-host.ts'

export const run: CliCommand = (input) =>
  withHost(input, async ({ journal }, { words, json }) => {
    const [name] = words
    if (name === undefined || words.length > 1) {
      input.err.write('Say who: curfew who ana@acme.test, or chat:ID\n')
      return REFUSED
    }
    const theirs = (await liveRequests(journal)).filter(({ requester }) => goesBy(requester, name))
    for (const request of theirs)
      input.out.write(sayRequest(request, await textsOf(journal, request.id), json))
    if (theirs.length === 0) input.err.write('Nobody of that name has an open request.\n')
    return DONE
  })

const goesBy = ({ id, via, identity, email, address }: PersonRef, name: string): boolean =>
  [id, via, identity].includes(name) || [id, email, address].includes(name.toLowerCase())
