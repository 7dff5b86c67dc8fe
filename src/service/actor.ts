/** Who acts, by which gesture; and how an answer is kept for replays of that gesture. */
import type { Card } from '../domain/cards/card.ts'
import type { Json } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import type { Answer, Change, Gesture } from '../ports.ts'

export interface Actor {
  readonly gesture: Gesture
  readonly person: Person
}

/** Stored in the same commit: a replay gets this answer and changes nothing. */
export const keepAnswer = (actor: Actor, card: Card): NonNullable<Change['gesture']> => ({
  id: actor.gesture.id,
  answer: JSON.parse(JSON.stringify({ card })) as Json,
})

/** An answer that was stored by {@link keepAnswer}. */
export const storedAnswer = (answer: Json): Answer => answer as unknown as Answer
