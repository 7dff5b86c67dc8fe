/** Copies of one gesture that arrive at once are worked on once: the stored answer only serves those that come later. */
import type { Answer, Gesture } from '../ports.ts'

type Handle = (gesture: Gesture) => Promise<Answer>

export const shareReplays = (handle: Handle): Handle => {
  const underWay = new Map<string, Promise<Answer>>()
  return (gesture) => {
    const known = underWay.get(gesture.id)
    if (known !== undefined) return known
    const answer = handle(gesture).finally(() => underWay.delete(gesture.id))
    underWay.set(gesture.id, answer)
    return answer
  }
}
