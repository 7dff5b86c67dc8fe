/** A button was pressed: what it wishes, by its verb; the only thing it is believed is which request it means. */
import type { Verb } from '../domain/cards/card.ts'
import { FORM_OF } from '../domain/forms/form-of.ts'
import type { RequestId } from '../domain/model.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import { parseAbout } from '../domain/request-id.ts'
import type { Answer, Call } from '../ports.ts'
import { type Act, act } from './act.ts'
import type { Actor } from './actor.ts'
import type { Deps } from './deps.ts'
import { approveExtension } from './extend.ts'
import { openForm } from './forms/open-form.ts'
import { showRequest } from './look-up.ts'
import { reveal } from './reveal.ts'
import { showEndings } from './show-endings.ts'
import type { Transacted } from './transact.ts'

const NO_REQUEST = refuse('unknown-id', 'That button does not belong to a request.', 'See yours: /jit mine')

type ActVerb = 'approve' | 'withdraw' | 'give-back' | 'revoke' | 'retry'

const ACTS: Readonly<Record<ActVerb, (id: RequestId) => Act>> = {
  approve: (id) => ({ act: 'approve', id }),
  withdraw: (id) => ({ act: 'withdraw', id }),
  'give-back': (id) => ({ act: 'give back', id }),
  revoke: (id) => ({ act: 'revoke', id }),
  retry: (id) => ({ act: 'retry', id }),
}

const isAct = (verb: string): verb is ActVerb => Object.hasOwn(ACTS, verb)

/** It is looked up and decided afresh, however old the button is. */
export const press = async (
  deps: Deps,
  actor: Actor,
  { verb, value }: { readonly verb: string; readonly value: string },
  call: Call,
): Promise<Transacted | Answer | Refusal> => {
  const form = Object.hasOwn(FORM_OF, verb) ? FORM_OF[verb as Verb] : undefined
  if (form !== undefined) return openForm(deps, actor, { form, about: value, values: {} }, call)
  if (verb === 'endings') return { card: await showEndings(deps, actor.person, call) }
  const about = parseAbout(value)
  if (about === undefined) return NO_REQUEST
  const { id, extension } = about
  if (isAct(verb)) return act(deps, actor, ACTS[verb](id), call)
  if (verb === 'approve-extension' && extension !== undefined)
    return approveExtension(deps, actor, { id, extension }, call)
  if (verb === 'reveal') return reveal(deps, actor, id, call)
  if (verb !== 'look') return NO_REQUEST
  const card = await showRequest(deps, actor.person, id, call)
  return isRefusal(card) ? card : { card }
}
