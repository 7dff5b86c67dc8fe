/** The form that approves for less time than was asked for. */
import { person, plain } from '../cards/card.ts'
import { showDuration } from '../duration.ts'
import type { Request } from '../model.ts'
import { what, wishWords } from '../words.ts'
import { FORM_TITLES, type Form } from './form.ts'

const DURATION_MAX = 40
/** What is offered of what was asked for. */
const SHARE = 2

export const drawShortenForm = (request: Request): Form => ({
  form: 'shorten',
  about: request.id,
  title: FORM_TITLES.shorten,
  submit: 'Approve',
  words: `/jit approve ${request.id}`,
  parts: [
    {
      part: 'text',
      spans: [
        person(request.requester),
        plain(' asks for '),
        what(request),
        plain(` ${wishWords(request)}.`),
      ],
    },
    {
      part: 'field',
      name: 'duration',
      label: 'Approve it for',
      hint: 'Less than was asked for, like 30m or 1h30m.',
      input: 'line',
      max: DURATION_MAX,
      ...(request.wish.kind === 'for' && { initial: showDuration(request.wish.ms / SHARE) }),
    },
  ],
})
