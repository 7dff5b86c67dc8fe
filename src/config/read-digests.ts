/** `digests:`: which channel is told every day, and when. */
import { type DigestPlan, digestName } from '../domain/digest.ts'
import { parseShape } from './parse-shape.ts'
import { type At, under } from './problem.ts'
import { type Known, readChannel } from './read-references.ts'
import type { Reporter } from './reporter.ts'
import { digestShape } from './shapes.ts'

/** Bad ones are reported and left out. */
export const readDigests = (
  written: readonly unknown[],
  at: At,
  known: Known,
  reporter: Reporter,
): readonly DigestPlan[] => {
  const names = new Set<string>()
  return written.flatMap((value, i) => {
    const here = under(at, i)
    const fitting = parseShape(value, digestShape, here, reporter)
    if (fitting === undefined) return []
    const { channel, at: time, timezone } = fitting
    if (!readChannel(channel, under(here, 'channel'), known, reporter)) return []
    const plan: DigestPlan = { channel, ...time, timezone }
    if (names.has(digestName(plan))) {
      reporter.at(here, 'This channel has a digest at this time already.', 'Remove one of the two.')
      return []
    }
    names.add(digestName(plan))
    return [plan]
  })
}
