/** Which buttons ask for a form, so that a chat can let them open one at once. */
import type { Verb } from '../cards/card.ts'
import type { FormName } from './form.ts'

/** The form that a button opens. */
export const FORM_OF: Partial<Record<Verb, FormName>> = {
  deny: 'deny',
  'deny-extension': 'deny',
  shorten: 'shorten',
  extend: 'extend',
  sign: 'review',
  ask: 'request',
}

/** Its answer belongs where a form stands: there nothing stays, which is the place for what is shown once. */
export const opensForm = (verb: string): boolean =>
  Object.hasOwn(FORM_OF, verb) || verb === ('reveal' satisfies Verb)
