/**
 * A gesture comes in, an answer goes out: a command is decided and committed, a question only looks. Chats call it
 * with gestures they have verified; it never trusts a button for more than the id it carries.
 */
import { sayRefusal } from '../domain/cards/answer-card.ts'
import type { Card, Verb } from '../domain/cards/card.ts'
import { drawReferences } from '../domain/cards/references-card.ts'
import { parseWords, type Words } from '../domain/command-line.ts'
import { asFault, type Fault } from '../domain/fault.ts'
import { FACTS_MS } from '../domain/limits.ts'
import type { RequestId } from '../domain/model.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import { parseRequestId } from '../domain/request-id.ts'
import type { Answer, Call, Gesture } from '../ports.ts'
import { type Act, act } from './act.ts'
import { type Actor, keepAnswer, storedAnswer } from './actor.ts'
import { ask } from './ask.ts'
import { withCall } from './call.ts'
import type { Deps } from './deps.ts'
import { fetchPerson } from './fetch-facts.ts'
import { type AboutOne, findId } from './find-id.ts'
import { showHelp, showMine, showRequest } from './look-up.ts'
import { recordRefusal } from './record-refusal.ts'
import { showCatalog } from './show-catalog.ts'
import type { Transacted } from './transact.ts'

/** Answers a gesture. Rejects with a fault when nothing can be said: then nothing was changed. */
export const handle = async (deps: Deps, gesture: Gesture): Promise<Answer> => {
  const sinceMs = deps.clock.monotonicMs()
  const { now, seen } = await deps.journal.load([], gesture.id)
  if (seen !== undefined) return storedAnswer(seen)
  const limits = { now, sinceMs, notAfter: now + FACTS_MS, key: gesture.id }
  return withCall(deps.clock, limits, (call) => answer(deps, gesture, call)).catch((thrown: unknown) =>
    afterFault(deps, gesture, asFault(thrown)),
  )
}

const answer = async (deps: Deps, gesture: Gesture, call: Call): Promise<Answer> => {
  const person = await fetchPerson(deps, gesture.actor, call)
  if (isRefusal(person)) {
    deps.log.info({ actor: gesture.actor, refused: person.refused, gesture: gesture.id }, 'refused')
    return { card: sayRefusal(person) }
  }
  const actor = { gesture, person }
  const { does } = gesture
  const done =
    does.kind === 'press' ? await press(deps, actor, does, call) : await say(deps, actor, does, call)
  return 'did' in done
    ? tell(deps, actor, done)
    : isRefusal(done)
      ? refuseAct(deps, actor, done)
      : { card: done }
}

/** A commit may have landed although its answer was lost: the gesture's own record tells. */
const afterFault = async (deps: Deps, gesture: Gesture, fault: Fault): Promise<Answer> => {
  deps.log.warn({ gesture: gesture.id, kind: fault.kind, fault: fault.message }, 'a gesture met a fault')
  const found = await deps.journal.load([], gesture.id).catch(() => undefined)
  if (found?.seen !== undefined) return storedAnswer(found.seen)
  if (found !== undefined || fault.kind !== 'unknown') throw fault
  const says = 'It is not known whether that was recorded.'
  return { card: sayRefusal(refuse('unavailable', says, 'Look before you try again: /jit mine')) }
}

type Done = Transacted | Card | Refusal

const tell = (deps: Deps, actor: Actor, done: Transacted): Answer | Promise<Answer> => {
  switch (done.did) {
    case 'replay':
      return storedAnswer(done.answer)
    case 'change':
      return storedAnswer(done.answer ?? null)
    case 'refuse':
      return refuseAct(deps, actor, done.refusal)
    case 'nothing':
      return refuseAct(deps, actor, refuse('already-over', 'There was nothing left to do.'))
    default:
      return done satisfies never
  }
}

/** Refusals are recorded and never retried; a replay of the gesture is told the same. */
const refuseAct = async (deps: Deps, actor: Actor, refusal: Refusal): Promise<Answer> => {
  const card = sayRefusal(refusal)
  await recordRefusal(deps, actor.person, refusal, keepAnswer(actor, card))
  return { card }
}

const PRESSES: Readonly<Record<Verb, (id: RequestId) => Act>> = {
  approve: (id) => ({ act: 'approve', id }),
  deny: (id) => ({ act: 'deny', id, reason: '' }),
  withdraw: (id) => ({ act: 'withdraw', id }),
  'give-back': (id) => ({ act: 'give back', id }),
  revoke: (id) => ({ act: 'revoke', id }),
}

/** The only thing taken from a button is which request it means; it is looked up and decided afresh. */
const press = (
  deps: Deps,
  actor: Actor,
  pressed: { verb: string; value: string },
  call: Call,
): Promise<Done> | Done => {
  const id = parseRequestId(pressed.value)
  const wish =
    id === undefined || !Object.hasOwn(PRESSES, pressed.verb) ? undefined : PRESSES[pressed.verb as Verb](id)
  if (wish === undefined)
    return refuse('unknown-id', 'That button does not belong to a request.', 'See yours: /jit mine')
  return act(deps, actor, wish, call)
}

type Said = Extract<Gesture['does'], { kind: 'words' }>

const NOBODY_MENTIONED = refuse(
  'unknown-command',
  'Nobody and nothing was mentioned.',
  'Mention them: /jit id @person #channel @group',
)

const say = async (deps: Deps, actor: Actor, { text, mentions }: Said, call: Call): Promise<Done> => {
  const words = parseWords(text)
  if (isRefusal(words)) return words
  switch (words.verb) {
    case 'help':
      return showHelp()
    case 'mine':
      return showMine(deps, actor.person)
    case 'catalog':
      return showCatalog(deps, actor.person, words.filter, call)
    case 'id':
      return mentions.length > 0 ? drawReferences(mentions) : NOBODY_MENTIONED
    case 'unknown':
      return unknown(words)
    case 'request':
      return ask(deps, actor, words, call)
    default:
      return sayAbout(deps, actor, words, call)
  }
}

const unknown = ({ word, suggestion }: Extract<Words, { verb: 'unknown' }>): Refusal =>
  refuse(
    'unknown-command',
    `Curfew does not know “${word}”.`,
    suggestion === undefined ? 'See: /jit help' : `Did you mean: /jit ${suggestion}`,
  )

const sayAbout = async (deps: Deps, actor: Actor, words: AboutOne, call: Call): Promise<Done> => {
  const id = await findId(deps, actor, words)
  if (isRefusal(id)) return id
  switch (words.verb) {
    case 'status':
    case 'approve':
      return showRequest(deps, actor.person, id, call)
    case 'done':
      return act(deps, actor, { act: 'give back', id }, call)
    case 'withdraw':
      return act(deps, actor, { act: 'withdraw', id }, call)
    case 'deny':
    case 'revoke':
      return act(deps, actor, { act: words.verb, id, reason: words.reason }, call)
    default:
      return words satisfies never
  }
}
