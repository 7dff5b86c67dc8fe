/** docs/promises.md is no wish list: the tests it names are there, and so are the sabotages, which still fit the product. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { patchSource } from '../fixtures/patch-source.ts'
import { type Broken, type NamedTest, showTest } from '../sabotage/sabotage.ts'
import { QUICK, SABOTAGES } from '../sabotage/sabotages.ts'
import { readFile, root } from './read-docs.ts'

const PAGE = 'docs/promises.md'

interface Chapter {
  readonly title: string
  readonly tests: readonly NamedTest[]
  readonly sabotages: readonly string[]
}

const readChapter = (text: string): Chapter => {
  const sabotages = text.split('\n\n').find((paragraph) => paragraph.startsWith('Sabotages: ')) ?? ''
  return {
    title: text.split('\n', 1)[0] ?? '',
    tests: [...text.matchAll(/^- `(.+?)`: (.+)$/gm)].map(([, file = '', title = '']) => ({ file, title })),
    sabotages: [...sabotages.replaceAll('\n', ' ').matchAll(/“(.+?)”/g)].map(([, name = '']) => name),
  }
}

const chapters = readFile(PAGE).split(/^## /m).slice(1).map(readChapter)

/** How a chapter begins, by what its sabotages break. */
const beginningOf = (breaks: Broken): string =>
  breaks === 'bound' ? 'The bound' : breaks === 'secrets' ? 'And no secret' : `${breaks}. `
const ALL: readonly Broken[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 'bound', 'secrets']

/** Every part of the title stands in the file, be it as a test, a suite, or a row of a table of tests. */
const isThere = ({ file, title }: NamedTest): boolean =>
  existsSync(path.join(root, file)) && title.split(' > ').every((part) => readFile(file).includes(part))

describe.each(ALL)('promise %s', (breaks) => {
  const chapter = chapters.find(({ title }) => title.startsWith(beginningOf(breaks)))
  const names = SABOTAGES.filter((one) => one.breaks === breaks).map(({ name }) => name)

  test('names tests that are there', () => {
    expect(chapter?.tests.length).toBeGreaterThan(2)
    expect(chapter?.tests.filter((one) => !isThere(one)).map(showTest)).toEqual([])
  })

  test('names exactly its sabotages, of which CI plants one at least', () => {
    expect(chapter?.sabotages).toEqual(names)
    expect(QUICK.some((one) => one.breaks === breaks)).toBe(true)
  })
})

test('the page has these chapters and no other', () => {
  expect(chapters.map(({ title }) => ALL.find((one) => title.startsWith(beginningOf(one))))).toEqual(ALL)
})

test('every sabotage has a name of its own, and changes one place of the product', () => {
  expect(new Set(SABOTAGES.map(({ name }) => name)).size).toBe(SABOTAGES.length)
  for (const one of SABOTAGES) {
    const source = readFile(`src/${one.file}`)
    expect(patchSource(source, one)).not.toBe(source)
  }
})

test('a test that is not there, and a sabotage that no longer fits, are found', () => {
  const file = 'test/domain/seat.test.ts'
  expect(isThere({ file, title: 'a grant ends > not by the word of the target' })).toBe(true)
  expect(isThere({ file, title: 'a grant ends > by the word of the target alone' })).toBe(false)
  expect(isThere({ file: 'test/domain/gone.test.ts', title: 'a grant ends' })).toBe(false)
  const patch = { file: 'x.ts', find: 'one', replace: 'two' }
  expect(() => patchSource('a one', patch)).not.toThrow()
  expect(() => patchSource('two', patch)).toThrow('stands 0 times in x.ts, not once')
  expect(() => patchSource('one and one', patch)).toThrow('stands 2 times')
})
