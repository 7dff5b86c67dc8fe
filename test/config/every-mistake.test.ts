/** Whatever is wrong with a config, the operator reads the file, the right line, and what would help. */
import { describe, expect, test } from 'vitest'
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import { FULL_EXAMPLE, kinds, read } from './example.ts'

interface Spot {
  readonly path: string
  /** Of the key, or of the item in its list; and of the value, where a block begins below its key. */
  readonly lines: readonly number[]
  /** Of the value, in the text. */
  readonly from: number
  readonly to: number
  /** Of the key. */
  readonly key?: readonly [number, number]
}

const lineAt = (at: number): number => FULL_EXAMPLE.slice(0, at).split('\n').length

/** Every value of the example. */
const spotsIn = (node: unknown, path: string): Spot[] => {
  const spot = (value: Node, name: string, key?: Node): Spot[] => {
    const [from = 0, to = 0] = value.range ?? []
    const at = key?.range ?? value.range
    const range = key?.range ? ([key.range[0], key.range[1]] as const) : undefined
    return [
      {
        path: `${path}.${name}`,
        lines: [lineAt(at?.[0] ?? 0), lineAt(from)],
        from,
        to,
        ...(range && { key: range }),
      },
      ...spotsIn(value, `${path}.${name}`),
    ]
  }
  if (isSeq(node)) return node.items.flatMap((item, i) => spot(item as Node, String(i)))
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) ? spot(value as Node, String(key.value), key) : [],
  )
}

const spots = spotsIn(parseDocument(FULL_EXAMPLE).contents, '')
const put = (from: number, to: number, text: string): string =>
  `${FULL_EXAMPLE.slice(0, from)}${text}${FULL_EXAMPLE.slice(to)}`

const problemsOf = (text: string) => {
  const result = read(text)
  return result.ok ? [] : result.problems
}

const expectUseful = (text: string, lines: readonly number[]): void => {
  const problems = problemsOf(text)
  for (const { file, line: at, message, hint } of problems) {
    expect(file).toBe('curfew.yaml')
    expect(at).toBeGreaterThan(0)
    expect(message).toMatch(/^`[\w.[\]-]+`: .+\.$|YAML/)
    expect(hint.length).toBeGreaterThan(9)
  }
  expect(problems.map(({ line = 0 }) => line).filter((line) => lines.includes(line))).not.toEqual([])
}

describe('a mistake in any place', () => {
  test('is one of very many', () => expect(spots.length).toBeGreaterThan(100))

  test.each(spots)('$path: a list of lists', ({ from, to, lines }) =>
    expectUseful(put(from, to, FULL_EXAMPLE[to - 1] === '\n' ? '[[[]]]\n' : '[[[]]]'), lines))

  test.each(
    spots.filter(({ key, path }) => key !== undefined && !NAMED.test(path)),
  )('$path: a key that is spelled wrong', ({ key: [from, to] = [0, 0], lines }) =>
    expectUseful(put(from, to, 'xqzw'), lines))
})

/** Names that the operator chooses; and without `kind` nobody knows what else is wrong. */
const NAMED = /^\.(targets|groups)\.[^.]+$|\.(roles|accounts)\.[^.]+$|\.kind$/

test('nothing set in the environment is no mistake, and a target is checked all the same', () => {
  const problems = read(FULL_EXAMPLE, { env: {}, secrets: 'optional', kinds })
  expect(problems).toMatchObject({ ok: true })
})
