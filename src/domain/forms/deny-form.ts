/** The form that denies a request or an extension: whose it is, and why not, which may stay empty. */
import { person, plain, type Span } from '../cards/card.ts'
import { showDuration } from '../duration.ts'
import { REASON_MAX } from '../limits.ts'
import type { Request } from '../model.ts'
import { what, wishWords } from '../words.ts'
import { FORM_TITLES, type Form } from './form.ts'

export const drawDenyForm = (request: Request, extension?: number): Form => ({
  form: 'deny',
  about: extension === undefined ? request.id : `${request.id}/${extension}`,
  title: FORM_TITLES.deny,
  submit: 'Deny',
  words: `/jit deny ${request.id} REASON`,
  parts: [
    { part: 'text', spans: extension === undefined ? aboutRequest(request) : aboutExtension(request) },
    {
      part: 'field',
      name: 'reason',
      label: 'Why not',
      hint: 'They will read it, and so will the audit channel.',
      input: 'lines',
      max: REASON_MAX,
      optional: true,
    },
  ],
})

const aboutRequest = (request: Request): readonly Span[] => [
  person(request.requester),
  plain(' asks for '),
  what(request),
  plain(` ${wishWords(request)}. Nothing is given when you deny it.`),
]

const aboutExtension = (request: Request): readonly Span[] => [
  person(request.requester),
  plain(' asks to keep '),
  what(request),
  plain(` ${showDuration(request.extensions?.open?.ms ?? 0)} longer. It ends as agreed when you deny it.`),
]
