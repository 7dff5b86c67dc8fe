/** What somebody may end: their own first, then what ends next; each with its button. */
import { ENDINGS } from '../limits.ts'
import type { PersonId, Request } from '../model.ts'
import { isGiven } from '../sum-up.ts'
import { type Button, type Card, code, plain } from './card.ts'
import { soonSpans } from './digest-lines.ts'
import { count, drawList } from './line-list.ts'

export const drawEndings = (
  requests: readonly Request[],
  buttonOf: (request: Request) => Button | undefined,
  who: PersonId,
): Card => {
  const isOwn = (request: Request): boolean => request.requester.id === who
  const lines = requests
    .filter(isGiven)
    .sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || a.grant.endsAt - b.grant.endsAt)
    .flatMap((request) => {
      const button = buttonOf(request)
      return button === undefined ? [] : { spans: soonSpans(request), button }
    })
  const heading = lines.length === 0 ? 'Nothing here is yours to end.' : `You may end: ${count(lines.length)}`
  return {
    title: 'What you may end',
    summary: [plain(heading)],
    parts: drawList({
      heading,
      lines,
      room: ENDINGS,
      more: [plain(': '), code('/jit digest WORD'), plain(' finds one, '), code('/jit revoke ID REASON')],
      none: heading,
    }),
  }
}
