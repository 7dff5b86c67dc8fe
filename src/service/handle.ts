/**
 * A gesture comes in, an answer goes out: a command is decided and committed, a question only looks. Chats call it
 * with gestures they have verified; it never trusts a button or a form for more than the id it carries.
 */
import { sayRefusal } from '../domain/cards/answer-card.ts'
import type { Card } from '../domain/cards/card.ts'
import type { Words } from '../domain/command-line.ts'
import { asFault, type Fault } from '../domain/fault.ts'
import { FACTS_MS, LOOK_BACK_MS, READS_MS } from '../domain/limits.ts'
import type { Person } from '../domain/people.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import { isZone } from '../domain/zone.ts'
import type { Answer, Call, Gesture } from '../ports.ts'
import { type Actor, keepAnswer, storedAnswer } from './actor.ts'
import { withCall } from './call.ts'
import type { Deps } from './deps.ts'
import { fetchPerson } from './fetch-facts.ts'
import { openForm, searchForm, submitForm } from './forms/open-form.ts'
import { press } from './press.ts'
import { readInTime } from './read-in-time.ts'
import { recordRefusal } from './record-refusal.ts'
import { say } from './say.ts'
import { openHome } from './show-home.ts'
import type { Transacted } from './transact.ts'
import { wordsOf } from './words-of.ts'

/** Answers a gesture. Rejects with a fault when nothing can be said: then nothing was changed. */
export const handle = (deps: Deps, gesture: Gesture): Promise<Answer> =>
  deps.monitor.step({ does: 'gesture', requests: [] }, () => receive(deps, gesture))

const receive = async (all: Deps, gesture: Gesture): Promise<Answer> => {
  const sinceMs = all.clock.monotonicMs()
  const deps = withReadsUntil(all, sinceMs + READS_MS)
  // A question needs no answer of its own kept, and nothing that it calls may land anywhere: no time but how much is left.
  const { now, seen } = onlyAsks(gesture.does) ? { now: 0 } : await deps.journal.load([], gesture.id)
  if (seen !== undefined) return storedAnswer(seen)
  const limits = { now, sinceMs, notAfter: now + FACTS_MS, key: gesture.id }
  return withCall(deps.clock, limits, (call) => answer(deps, gesture, call)).catch((thrown: unknown) =>
    afterFault(withReadsUntil(all, sinceMs + LOOK_BACK_MS), gesture, asFault(thrown)),
  )
}

const withReadsUntil = (deps: Deps, untilMs: number): Deps => ({
  ...deps,
  journal: readInTime(deps.journal, deps.clock, untilMs),
})

type Verb = Words['verb']
const QUESTIONS = new Set<Verb>(['form', 'mine', 'catalog', 'status', 'approve', 'digest', 'id', 'help'])

/** Commits nothing, or only that it was refused, and a replay of that finds it recorded. */
const onlyAsks = (does: Gesture['does']): boolean => {
  if (does.kind !== 'words') return ['open', 'change', 'search'].includes(does.kind)
  const words = wordsOf(does)
  return !isRefusal(words) && QUESTIONS.has(words.verb)
}

const answer = async (deps: Deps, gesture: Gesture, call: Call): Promise<Answer> => {
  const person = await fetchPerson(deps, gesture.actor, call)
  if (isRefusal(person)) {
    deps.monitor.refused(person.refused)
    deps.log.info({ actor: gesture.actor, refused: person.refused, gesture: gesture.id }, 'refused')
    return { card: sayRefusal(person) }
  }
  const actor = { gesture, person: inZone(person, gesture) }
  const done = await doIt(deps, actor, gesture.does, call)
  if ('did' in done) return tell(deps, actor, done)
  if (isRefusal(done)) return refuseAct(deps, actor, done)
  return 'title' in done ? { card: done } : done
}

/** What the directory knows counts; where it knows nothing, where they are. */
const inZone = (person: Person, { zone }: Gesture): Person =>
  person.zone === undefined && zone !== undefined && isZone(zone) ? { ...person, zone } : person

const doIt = (
  deps: Deps,
  actor: Actor,
  does: Gesture['does'],
  call: Call,
): Promise<Transacted | Answer | Card | Refusal> => {
  switch (does.kind) {
    case 'words':
      return say(deps, actor, does, call)
    case 'press':
      return press(deps, actor, does, call)
    case 'open':
      return openForm(deps, actor, { form: does.form, about: '', values: {} }, call)
    case 'change':
      return openForm(deps, actor, does, call)
    case 'search':
      return searchForm(deps, actor, does, call)
    case 'submit':
      return submitForm(deps, actor, does, call)
    case 'home':
      return openHome(deps, actor.person, call)
    default:
      return does satisfies never
  }
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
  return { card, ...(refusal.fields && { blames: refusal.fields }) }
}
