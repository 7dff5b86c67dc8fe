/** What counts as a call that no bot died at. */
import { expect, it } from 'vitest'
import { type Crashed, type Death, neverDiedAt } from './crash-points.ts'
import { lifeOf, START } from './support/courses.ts'

const death = (when: Death['when'], point: string, course = lifeOf('denied')): Death => ({
  when,
  point,
  course,
})
const POST = 'http POST /api/chat.postMessage'
const crashed = (hit: readonly Death[], missed: readonly Death[]): Crashed => ({
  hit,
  missed,
  verdict: {
    violations: [],
    figures: {
      acknowledged: 0,
      lost: 0,
      revocations: 0,
      late: 0,
      duplicates: 0,
      lateness: [],
      stalled: [],
      overtime: [],
    },
  },
})

it('is one that was missed at each of its places, before or after it, in whatever company', () => {
  const elsewhere = crashed([death('after', `requested > ${POST} #1`)], [])
  const places = crashed([], [death('after', `denied > ${POST} #4`), death('before', `denied > ${POST} #4`)])
  const calls = crashed([], [death('after', 'start > sql GRANT #1', START)])
  expect(neverDiedAt([elsewhere, places, calls])).toEqual(
    [death('before', `denied > ${POST} #4`), death('after', 'start > sql GRANT #1', START)].map((one) =>
      expect.objectContaining({ when: one.when, point: one.point }),
    ),
  )
})
