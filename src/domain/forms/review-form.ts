/** The form that signs a review: what was taken and why, and what the reviewer has to say, which may stay empty. */
import { person, plain } from '../cards/card.ts'
import { showDuration } from '../duration.ts'
import { REASON_MAX } from '../limits.ts'
import type { Instant, Request } from '../model.ts'
import { isOver } from '../request.ts'
import { what } from '../words.ts'
import { FORM_TITLES, type Form } from './form.ts'

/** `reason`: what its holder said. */
export const drawReviewForm = (request: Request, reason: string, now: Instant): Form => ({
  form: 'review',
  about: request.id,
  title: FORM_TITLES.review,
  submit: 'Sign',
  words: `/jit review ${request.id}`,
  parts: [
    {
      part: 'text',
      spans: [
        person(request.requester),
        plain(' took '),
        what(request),
        plain(` by break-glass ${showDuration(Math.max(1_000, now - request.askedAt))} ago`),
        plain(
          isOver(request) ? '. It is over.' : '. It is not over yet; an extension has to be reviewed anew.',
        ),
      ],
    },
    ...(reason === '' ? [] : [{ part: 'quote', text: reason } as const]),
    {
      part: 'field',
      name: 'words',
      label: 'What you found',
      hint: 'The audit channel will read it.',
      input: 'lines',
      max: REASON_MAX,
      optional: true,
    },
  ],
})
