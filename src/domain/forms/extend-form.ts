/** The form that asks for more time: when it ends, how often it was extended, how much longer and why. */
import { type Part, plain, time } from '../cards/card.ts'
import { howDecided } from '../cards/request-card.ts'
import { showDuration } from '../duration.ts'
import { REASON_MAX } from '../limits.ts'
import type { Instant, Request } from '../model.ts'
import type { Policy } from '../policy.ts'
import { what } from '../words.ts'
import { FORM_TITLES, type Form } from './form.ts'

const WISH_MAX = 60

/** `policy`: as it stands now; undefined when it is gone. */
export const drawExtendForm = (request: Request, policy: Policy | undefined, now: Instant): Form => {
  const endsAt = request.grant?.endsAt ?? now
  return {
    form: 'extend',
    about: request.id,
    title: FORM_TITLES.extend,
    submit: 'Ask',
    words: `/jit extend ${request.id} 1h REASON`,
    parts: [
      { part: 'text', spans: [what(request), plain(' ends '), time(endsAt), plain('.')] },
      {
        part: 'field',
        name: 'duration',
        label: 'How much longer',
        hint: 'Like 30m or 1h, or a new end: until 18:00.',
        input: 'line',
        max: WISH_MAX,
      },
      {
        part: 'field',
        name: 'reason',
        label: 'Why',
        input: 'lines',
        max: REASON_MAX,
        ...(policy?.reasonMinLength === 0 && { optional: true }),
      },
      ...(policy === undefined ? [] : [terms(request, policy)]),
    ],
  }
}

const terms = ({ extensions }: Request, policy: Policy): Part => {
  const left = Math.max(0, policy.maxExtensions - (extensions?.granted ?? 0))
  const most = showDuration(policy.maxMs)
  const says = `${howDecided(policy)}; at most ${most} from now; ${left} of ${policy.maxExtensions} extensions left.`
  return { part: 'note', spans: [plain(says.charAt(0).toUpperCase() + says.slice(1))] }
}
