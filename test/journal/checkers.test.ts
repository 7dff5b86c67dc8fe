/** Several threads find the very same as one, wherever the records are shared out to. */
import { afterEach, expect, test } from 'vitest'
import { type Texts, UNREADABLE } from '../../src/journal/check-entries.ts'
import { type Checkers, checkHere, checkInThreads } from '../../src/journal/checkers.ts'
import { entryText } from '../../src/journal/wire.ts'
import { RECORDED_KEY, recordedChains } from '../fixtures/recorded-journal.ts'

const entries = [...recordedChains('0.1.0').values()].flat().sort((a, b) => a.n - b.n)
const whole = entries.map(entryText)
const records = [...new Set(entries.map(({ record }) => record))]

let opened: Checkers[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
  opened = []
})
const open = (checkers: Checkers): Checkers => {
  opened.push(checkers)
  return checkers
}

const PAGE = 50

/** Everything found, by entry, and of every record without anything stored. */
const findings = async (checkers: Checkers, { texts, strange }: Texts) => {
  const pages = await Promise.all(
    Array.from({ length: Math.ceil(texts.length / PAGE) }, async (_, page) => {
      const from = page * PAGE
      const own = strange.filter((i) => i >= from && i < from + PAGE).map((i) => i - from)
      const checked = await checkers.check({ texts: texts.slice(from, from + PAGE), strange: own })
      return [...checked.owners].map((owner, i) => ({
        record: owner === UNREADABLE ? undefined : checked.records[owner],
        v: checked.versions[i],
        says: checked.wrong.get(i),
      }))
    }),
  )
  const stored = records.map(() => null)
  return { entries: pages.flat(), records: await checkers.compare(records, stored) }
}

const tampered = whole.map((text, i) =>
  i % 17 === 3 ? text.replace('"at":1', '"at":2') : i % 29 === 5 ? '{"nothing":1}' : text,
)

test.each([
  ['a whole journal', { texts: whole, strange: [] }],
  ['one that was tampered with', { texts: tampered, strange: [7, 120] }],
])('%s', async (_, page) => {
  const found = await findings(open(checkHere(RECORDED_KEY)), page)
  expect(found.entries.map(({ record }) => record).filter(Boolean)).not.toHaveLength(0)
  expect(await findings(open(checkInThreads(RECORDED_KEY, 3)), page)).toEqual(found)
  expect(found.entries.some(({ says }) => says !== undefined)).toBe(page.texts === tampered)
})

test('threads that are gone have not found that all is well', async () => {
  const checkers = checkInThreads(RECORDED_KEY, 2)
  const asked = checkers.check({ texts: whole, strange: [] })
  await Promise.all([expect(asked).rejects.toThrow('ended'), checkers.close()])
  await expect(checkers.compare(records, [])).rejects.toThrow('ended')
})
