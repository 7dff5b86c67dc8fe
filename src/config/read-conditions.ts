/** `when:` and `require:`: one condition per item, `{ kind: parameters }`, bound and ready to be asked. */
import { type BoundCondition, bind, type Condition } from '../domain/condition.ts'
import { hintFrom } from './explain-issue.ts'
import { parseShape } from './parse-shape.ts'
import { type At, under } from './problem.ts'
import type { Reporter } from './reporter.ts'

const readCondition = (
  item: Readonly<Record<string, unknown>>,
  at: At,
  known: readonly Condition[],
  reporter: Reporter,
): BoundCondition | undefined => {
  const [name, ...others] = Object.keys(item)
  if (name === undefined || others.length > 0) {
    reporter.at(at, 'Should hold one condition.', 'Write each condition as its own item of the list.')
    return undefined
  }
  const condition = known.find(({ kind }) => kind === name)
  if (condition === undefined) {
    const kinds = known.map(({ kind }) => kind)
    reporter.at(under(at, name), 'Curfew knows no such condition.', hintFrom(name, kinds))
    return undefined
  }
  const params = parseShape(item[name], condition.params, under(at, name), reporter)
  return params === undefined ? undefined : bind(condition, params)
}

export const readConditions = (
  items: readonly Readonly<Record<string, unknown>>[],
  at: At,
  known: readonly Condition[],
  reporter: Reporter,
): readonly BoundCondition[] =>
  items.flatMap((item, i) => readCondition(item, under(at, i), known, reporter) ?? [])
