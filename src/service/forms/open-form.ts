/** Forms as they come and go: drawn, drawn anew after a choice, searched, sent. What they carry is looked up each time. */
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts'
import type { Answer, Call, Filled } from '../../ports.ts'
import type { Actor } from '../actor.ts'
import type { Deps } from '../deps.ts'
import type { Transacted } from '../transact.ts'
import { FORMS, isFormName } from './forms.ts'

const UNKNOWN = refuse('unknown-command', 'That form is not one of Curfew’s.', 'See: /jit help')

/** Draws it, at first or after a choice. */
export const openForm = async (
  deps: Deps,
  actor: Actor,
  { form: name, ...content }: Filled,
  call: Call,
): Promise<Answer | Refusal> => {
  if (!isFormName(name)) return UNKNOWN
  const form = await FORMS[name].draw(deps, actor, content, call)
  return isRefusal(form) ? form : { form }
}

/** Does what it says. */
export const submitForm = async (
  deps: Deps,
  actor: Actor,
  { form: name, ...content }: Filled,
  call: Call,
): Promise<Transacted | Refusal> =>
  isFormName(name) ? FORMS[name].submit(deps, actor, content, call) : UNKNOWN

/** What a search field offers. */
export const searchForm = async (
  deps: Deps,
  actor: Actor,
  { form: name, text }: Pick<Filled, 'form'> & { readonly text: string },
  call: Call,
): Promise<Answer> => {
  const handler = isFormName(name) ? FORMS[name] : undefined
  return { options: (await handler?.search?.(deps, actor, text, call)) ?? [] }
}
