import type { Refusal } from '../../domain/refusal.ts'

/** The refusal, said under one field of the form. */
export const blameOn = (field: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: { [field]: [refusal.says, refusal.hint ?? ''].join(' ').trim() },
})
