/** Which request typed words mean: the one they name, or the only one that fits; asked by handle. */
import type { Words } from '../domain/command-line.ts'
import type { RequestId } from '../domain/model.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import { type Phase, phaseOf } from '../domain/request.ts'
import { parseRequestId } from '../domain/request-id.ts'
import type { Actor } from './actor.ts'
import type { Deps } from './deps.ts'
import { openRequests } from './look-up.ts'

/** Words about one request. */
export type AboutOne = Extract<
  Words,
  { verb: 'status' | 'done' | 'withdraw' | 'extend' | 'approve' | 'deny' | 'revoke' | 'review' }
>

/** In which phases a request is meant when its id is left out; a decision on somebody else's always names it. */
const MEANT: Readonly<Record<AboutOne['verb'], readonly Phase[]>> = {
  status: ['pending', 'approved', 'provisioning', 'active', 'ending'],
  done: ['approved', 'provisioning', 'active'],
  withdraw: ['pending'],
  extend: ['active'],
  approve: [],
  deny: [],
  revoke: [],
  review: [],
}

const WHICH = 'Say which request: its id stands on its card.'

/** What is said, with a hint, when none fits. */
const NONE: Readonly<Record<AboutOne['verb'], readonly [string, string]>> = {
  status: ['You have no open request.', 'To see another: /jit status ID'],
  done: ['You have no access to give back.', 'See what you have: /jit mine'],
  withdraw: ['You have no request that waits for a decision.', 'See what you have: /jit mine'],
  extend: ['You have no access to extend.', 'See what you have: /jit mine'],
  approve: [WHICH, '/jit approve ID'],
  deny: [WHICH, '/jit deny ID REASON'],
  revoke: [WHICH, '/jit revoke ID REASON'],
  review: [WHICH, '/jit review ID'],
}

const SHOWN = 5

/** Refuses what is no id as `unknown-id`; an id that was left out as `unknown-id` or, with several that fit, `ambiguous`. */
export const findId = async (deps: Deps, actor: Actor, words: AboutOne): Promise<RequestId | Refusal> => {
  if (words.id !== undefined) return parseRequestId(words.id) ?? refuseId(words.id)
  const { requests } = await openRequests(deps.journal, actor.person)
  const fitting = requests.filter((request) => MEANT[words.verb].includes(phaseOf(request)))
  const [only, another] = fitting
  if (only === undefined) return refuse('unknown-id', ...NONE[words.verb])
  if (another === undefined) return only.id
  const ids = fitting.slice(0, SHOWN).map((request) => request.id)
  return refuse(
    'ambiguous',
    `Say which one: ${ids.join(', ')}.`,
    `/jit ${words.verb} ${only.id}${words.verb === 'extend' ? ' 1h REASON' : ''}`,
  )
}

const refuseId = (text: string): Refusal =>
  refuse(
    'unknown-id',
    `“${text.slice(0, 40)}” is not the id of a request.`,
    'Ids look like R-7K3QX9; see yours: /jit mine',
  )
