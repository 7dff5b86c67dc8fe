/** Every form by name, and which gestures ask for one; used by handle. */
import type { Verb } from '../../domain/cards/card.ts'
import { FORM_TITLES, type FormName } from '../../domain/forms/form.ts'
import { FORM_OF } from '../../domain/forms/form-of.ts'
import { isRefusal } from '../../domain/refusal.ts'
import type { Gesture } from '../../ports.ts'
import { wordsOf } from '../words-of.ts'
import { denyForm } from './deny-form.ts'
import { extendForm } from './extend-form.ts'
import type { FormHandler } from './form-handler.ts'
import { requestForm } from './request-form.ts'
import { reviewForm } from './review-form.ts'
import { shortenForm } from './shorten-form.ts'

export const FORMS: Readonly<Record<FormName, FormHandler>> = {
  request: requestForm,
  deny: denyForm,
  shorten: shortenForm,
  extend: extendForm,
  review: reviewForm,
}

export const isFormName = (name: string): name is FormName => Object.hasOwn(FORMS, name)

const CREDENTIALS = 'Credentials'

/** The title of the form that a gesture asks for, by its words alone: something can stand there before it is drawn. */
export const expectsForm = ({ does }: Gesture): string | undefined => {
  // Where a form stands nothing stays: the place for what is shown once.
  if (does.kind === 'press' && does.verb === ('reveal' satisfies Verb)) return CREDENTIALS
  const name = nameOf(does)
  return name === undefined ? undefined : FORM_TITLES[name]
}

const nameOf = (does: Gesture['does']): FormName | undefined => {
  switch (does.kind) {
    case 'words': {
      const words = wordsOf(does)
      return !isRefusal(words) && words.verb === 'form' ? 'request' : undefined
    }
    case 'press':
      return Object.hasOwn(FORM_OF, does.verb) ? FORM_OF[does.verb as Verb] : undefined
    case 'open':
      return isFormName(does.form) ? does.form : undefined
    default:
      return undefined
  }
}
