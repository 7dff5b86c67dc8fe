/**
 * Load, decide, commit: the one way a state changes. A stale decision is made again, at most five times; what a
 * commit owes the outside world is woken up, never done here.
 */
import type { Command } from '../domain/command.ts'
import { decide } from '../domain/lifecycle.ts'
import { DECIDE_TRIES } from '../domain/limits.ts'
import type { Json, RecordKey, Request } from '../domain/model.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import { type Happening, requestIn, type World } from '../domain/world.ts'
import type { Change } from '../ports.ts'
import { changeOf } from './change.ts'
import type { Deps } from './deps.ts'
import type { Loaded } from './load.ts'

export interface Transaction {
  load(): Promise<Loaded>
  /** What is wished, with the facts it is decided on; called again when the world moved on. */
  choose(world: World): Promise<Command | Refusal> | Command | Refusal
  beside?(after: World): Beside
}

/** What travels with the change: erasable texts, the answer a replay of the gesture gets, and records of the views. */
export interface Beside {
  readonly texts?: Change['texts']
  readonly erases?: readonly RecordKey[]
  readonly gesture?: NonNullable<Change['gesture']>
  readonly also?: Pick<Change, 'reads' | 'writes' | 'due' | 'live'>
}

export type Transacted =
  | {
      readonly did: 'change'
      readonly happenings: readonly Happening[]
      readonly world: World
      readonly answer?: Json
    }
  /** A replay: this gesture was answered before. */
  | { readonly did: 'replay'; readonly answer: Json }
  | { readonly did: 'nothing'; readonly world: World }
  | { readonly did: 'refuse'; readonly refusal: Refusal }

/** What a commit needs, and what it wakes. */
export type Committing = Pick<Deps, 'key' | 'journal' | 'wake' | 'changed'> & {
  readonly alarms: Pick<Deps['alarms'], 'at'>
}

/** Runs one transaction. Rejects with a fault when Redis does not answer: nothing is known to have changed then. */
export const transact = async (deps: Committing, transaction: Transaction): Promise<Transacted> => {
  for (let tries = 0; tries < DECIDE_TRIES; tries++) {
    const loaded = await transaction.load()
    const command = await transaction.choose(loaded.world)
    const decision = isRefusal(command) ? command : decide(loaded.world, command)
    if (isRefusal(decision)) return { did: 'refuse', refusal: decision }
    if (decision.length === 0) return { did: 'nothing', world: loaded.world }
    const { after, ...change } = changeOf(deps.key, loaded, decision)
    const beside = transaction.beside?.(after) ?? {}
    const committed = await deps.journal.commit(joined(change, beside))
    if (committed.kind === 'seen') return { did: 'replay', answer: committed.answer }
    if (committed.kind === 'full') return { did: 'refuse', refusal: full() }
    if (committed.kind === 'ok') {
      arm(deps, decision)
      deps.wake()
      deps.changed(requestsIn(after, decision))
      return { did: 'change', happenings: decision, world: after, ...answerOf(beside) }
    }
  }
  return {
    did: 'refuse',
    refusal: refuse('busy', 'Too many people are changing this at once.', 'Try again in a moment.'),
  }
}

const joined = (change: Change, { also, ...beside }: Beside): Change => {
  if (also === undefined) return { ...change, ...beside }
  const lists = ['reads', 'writes', 'due', 'live'] as const
  return {
    ...change,
    ...beside,
    ...Object.fromEntries(lists.map((list) => [list, [...change[list], ...also[list]]])),
  }
}

const answerOf = ({ gesture }: Beside): { answer?: Json } =>
  gesture === undefined ? {} : { answer: gesture.answer }

/** Wake-up calls for every end that was set; a lost one only costs the next sweep. */
const arm = (deps: Committing, happenings: readonly Happening[]): void => {
  for (const { event } of happenings) {
    if (event.type === 'armed' || event.type === 'confirmed' || event.type === 'extended')
      void deps.alarms.at(event.endsAt)
  }
}

const requestsIn = (world: World, happenings: readonly Happening[]): readonly Request[] => {
  const ids = new Set(happenings.flatMap((one) => (one.on === 'request' ? [one.id] : [])))
  return [...ids].flatMap((id) => requestIn(world, id) ?? [])
}

const full = (): Refusal =>
  refuse(
    'not-giving',
    'The journal is nearly full, so Curfew takes no new work.',
    'Running access still ends on time. Tell an operator.',
  )
