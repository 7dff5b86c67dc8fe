/** What every form is to the service: drawn, sent, and where it has a search field, searched. Nothing in it is trusted. */
import type { Form, Option } from '../../domain/forms/form.ts'
import type { Refusal } from '../../domain/refusal.ts'
import type { Call, Filled } from '../../ports.ts'
import type { Actor } from '../actor.ts'
import type { Deps } from '../deps.ts'
import type { Transacted } from '../transact.ts'

export type Content = Pick<Filled, 'about' | 'values'>

/** All reject with a fault when Redis or a directory does not answer: nothing was changed then. */
export interface FormHandler {
  /** Also called again after a choice, with what was filled in so far. */
  draw(deps: Deps, actor: Actor, content: Content, call: Call): Promise<Form | Refusal>
  /** A refusal names the fields to blame, where it can. */
  submit(deps: Deps, actor: Actor, content: Content, call: Call): Promise<Transacted | Refusal>
  search?(deps: Deps, actor: Actor, text: string, call: Call): Promise<readonly Option[]>
}
