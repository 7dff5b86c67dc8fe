/** A sabotage counts as noticed for one reason only: its test failed by an assertion. */
import { describe, expect, it } from 'vitest'
import { judgeSabotaged, judgeWhole, type Ran } from './judge.ts'

const TEST = { file: 'test/x.test.ts', title: 'a grant > ends' }
const assertion = Object.assign(new Error('expected 1 to be 2'), { name: 'AssertionError' })

const ran = (state: Ran['tests'][number]['state'], ...errors: readonly unknown[]): Ran => ({
  tests: [{ title: TEST.title, state, errors }],
  errors: [],
})
const nothingRan: Ran = { tests: [], errors: [new Error('Transform failed')] }

describe('with a sabotage in it', () => {
  it.each<[string, Ran | undefined, string | undefined]>([
    ['an assertion that failed', ran('failed', assertion), undefined],
    [
      'one within a property or a poll',
      ran('failed', new Error('property', { cause: assertion })),
      undefined,
    ],
    ['a test that stays green', ran('passed'), 'nobody noticed: its test is still green'],
    ['a test that was left out', ran('skipped'), 'its test was skipped'],
    ['a time-out', ran('failed', new Error('Test timed out')), 'red, but by no assertion: Test timed out'],
    [
      'another error',
      ran('failed', new TypeError('x is no function')),
      'red, but by no assertion: x is no function',
    ],
    ['a file that does not load', nothingRan, 'its test did not run: Transform failed'],
    ['a file that was never told of', undefined, 'its test did not run: no error was told'],
    [
      'a hook that failed beside it',
      { ...ran('failed', assertion), errors: [new Error('no Redis')] },
      'more than a test failed: no Redis',
    ],
  ])('%s', (_, result, verdict) => {
    expect(judgeSabotaged(result, TEST)).toBe(verdict)
  })
})

describe('without it', () => {
  it.each<[string, Ran | undefined, string | undefined]>([
    ['the test is green', ran('passed'), undefined],
    ['it is red', ran('failed', assertion), 'it is not green without the sabotage: expected 1 to be 2'],
    ['there is no such test', { tests: [], errors: [] }, 'there are 0 tests of this title'],
    [
      'there are two',
      { tests: [...ran('passed').tests, ...ran('passed').tests], errors: [] },
      'there are 2 tests of this title',
    ],
    ['its file does not load', nothingRan, 'its file does not run: Transform failed'],
  ])('%s', (_, result, verdict) => {
    expect(judgeWhole(result, TEST)).toBe(verdict)
  })
})
