/**
 * What cards and dialogs carry, as it comes back: claims of a client, who can send whatever they like. Called for every
 * button, form and search; what is not of the shape that Curfew gave it is nobody's.
 */
import { z } from 'zod'
import type { Gesture } from '../../ports.ts'
import { OURS } from './render-card.ts'
import { DATASET_SEPARATOR, FIELD_PREFIX } from './render-form.ts'

/** More than a field of ours can hold, less than would be worth anybody's time. Characters. */
const VALUE_MAX = 10_000
const FIELDS_MAX = 100

const short = z.string().max(300)
const values = z
  .record(z.string().max(100), z.string().max(VALUE_MAX))
  .refine((all) => Object.keys(all).length <= FIELDS_MAX)

const press = z.strictObject({ verb: short, value: z.string().max(2_000).default('') })
const sent = z.strictObject({ does: z.enum(['submit', 'change']), form: short, about: short })
const words = z.strictObject({ words: z.string().max(VALUE_MAX) })

/** What somebody did whose answer was not there in time. */
const does = z.union([
  z.strictObject({ kind: z.literal('press'), verb: short, value: z.string().max(2_000) }),
  z.strictObject({ kind: z.literal('open'), form: short }),
  z.strictObject({ kind: z.literal('words'), text: z.string().max(VALUE_MAX), mentions: z.tuple([]) }),
  z.strictObject({ kind: z.enum(['submit', 'change']), form: short, about: short, values }),
])
const again = z.strictObject({ again: z.strictObject({ id: short, does }) })

const data = z.looseObject({ [OURS]: z.union([press, sent, words, again]) })

export type Claimed =
  | { readonly is: 'press' | 'words' | 'sent'; readonly does: Gesture['does'] }
  /** `id`: of the activity that it was. */
  | { readonly is: 'again'; readonly id: string; readonly does: z.infer<typeof does> }

/** Inputs are merged into the data; those that are no fields of ours are left out. */
const valuesOf = (all: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(all).flatMap(([id, value]) =>
      id.startsWith(FIELD_PREFIX) && typeof value === 'string' && value !== ''
        ? [[id.slice(FIELD_PREFIX.length), value] as const]
        : [],
    ),
  )

/** `undefined`: nothing of ours. */
export const readAction = (claimed: unknown): Claimed | undefined => {
  const parsed = data.safeParse(claimed)
  if (!parsed.success) return undefined
  const ours = parsed.data[OURS]
  if ('again' in ours) return { is: 'again', ...ours.again }
  if ('words' in ours) return { is: 'words', does: { kind: 'words', text: ours.words, mentions: [] } }
  if ('verb' in ours) return { is: 'press', does: { kind: 'press', ...ours } }
  const typed = values.safeParse(valuesOf(parsed.data))
  if (!typed.success) return undefined
  const { does: kind, form, about } = ours
  return { is: 'sent', does: { kind, form, about, values: typed.data } }
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search */
const search = z.object({ queryText: z.string().max(VALUE_MAX).default(''), dataset: short })

export const readSearch = (value: unknown): Gesture['does'] | undefined => {
  const parsed = search.safeParse(value)
  if (!parsed.success) return undefined
  const [form, field, about] = parsed.data.dataset.split(DATASET_SEPARATOR)
  if (form === undefined || field === undefined || about === undefined) return undefined
  return { kind: 'search', form, about, field, text: parsed.data.queryText, values: {} }
}
