/** Which deaths are waited for, until when, and what counts as a call that no bot died at. */
import { expect, it } from 'vitest'
import { neverDiedAt } from './crash-points.ts'
import { lifeOf, START } from './support/courses.ts'
import { type Death, listDeaths } from './support/deaths.ts'

const DENIED = lifeOf('denied')
const death = (when: Death['when'], point: string, course = DENIED): Death => ({ when, point, course })
const POST = 'http POST /api/chat.postMessage'
const COMMIT = 'redis commit [posted] r:R'

it('a call that no bot died at is one that was missed at each of its places, before or after it', () => {
  const hit = [death('after', `requested > ${POST} #1`)]
  const before = death('before', `denied > ${POST} #4`)
  const start = death('after', 'start > sql GRANT #1', START)
  const missed = [death('after', `denied > ${POST} #4`), before, start]
  expect(neverDiedAt({ hit, missed })).toEqual([before, start])
})

it('it is the same call whichever messages it tells of, and another one when it writes something else', () => {
  const hit = [death('after', `requested > ${COMMIT} d:R/slack:card:ID #1`)]
  const other = death('after', 'requested > redis commit [posted] d:R/slack:card:ID #1')
  const missed = [death('after', `requested > ${COMMIT} d:R/slack:thread:ID d:R/slack:dm:ID #2`), other]
  expect(neverDiedAt({ hit, missed })).toEqual([other])
})

it('a death that its own life did not come to is waited for in later lives of its course, and then alone', () => {
  const [one, two, three] = [death('after', 'a #1'), death('after', 'b #1'), death('before', 'a #1')]
  const elsewhere = death('after', 'a #1', START)
  const deaths = listDeaths([one, two, elsewhere, three], 2)
  const next = () => deaths.take() ?? { course: DENIED, watched: [] }

  deaths.settle(next(), undefined)
  const second = next()
  expect(second.watched).toEqual([two, one])
  expect(next().watched).toEqual([elsewhere])
  deaths.settle(second, one)
  expect([deaths.hit(), deaths.missed(), deaths.left()]).toEqual([[one], [], 2])

  const again = next()
  expect(again.watched).toEqual([two])
  deaths.settle(again, undefined)
  const last = next()
  expect(last.watched).toEqual([three, two])
  deaths.settle(last, three)

  deaths.settle(next(), undefined)
  deaths.settle(next(), undefined)
  expect(deaths.take()).toBeUndefined()
  expect([deaths.hit(), deaths.missed(), deaths.left()]).toEqual([[one, three], [two], 1])
})

it('lives for those alone count from the last death', () => {
  const [one, two] = [death('after', 'a #1'), death('after', 'b #1')]
  const deaths = listDeaths([one, two], 2)
  const next = () => deaths.take() ?? { course: DENIED, watched: [] }
  deaths.settle(next(), undefined)
  deaths.settle(next(), undefined)
  deaths.settle(next(), undefined)
  deaths.settle(next(), two)
  expect([next().watched, next().watched, deaths.take()]).toEqual([[one], [one], undefined])
})
