/** What the audit channels read when a group that gives rights has changed: one line. */
import type { GroupEvent, GroupUses } from '../group.ts'
import { NAMES_MAX } from '../limits.ts'
import { type Card, code, person, plain, type Span } from './card.ts'

type Changed = Extract<GroupEvent, { type: 'group changed' }>

export const drawGroupChange = ({ ref, added, removed }: Changed, uses: GroupUses): Card => {
  const changes = [...clause('added', added), ...clause('removed', removed)]
  const spans = [
    plain('The group '),
    code(ref),
    plain(' changed: '),
    ...inRow(changes, (change) => change),
    plain(`. ${sayUses(uses)}`),
  ]
  return { title: '', summary: spans, parts: [{ part: 'text', spans }] }
}

/** Nothing where nobody is meant. */
const clause = (verb: string, refs: readonly string[]): readonly (readonly Span[])[] => {
  if (refs.length === 0) return []
  const people = refs.slice(0, NAMES_MAX).map((ref) => [person({ via: ref, name: ref })])
  return [[plain(`${verb} `), ...inRow(people, (one) => one), plain(andMore(refs.length - NAMES_MAX))]]
}

const inRow = <T>(items: readonly T[], draw: (item: T) => readonly Span[]): readonly Span[] =>
  items.flatMap((item, i) => (i === 0 ? draw(item) : [plain(', '), ...draw(item)]))

const andMore = (count: number): string => (count > 0 ? ` and ${count} more` : '')

const sayUses = ({ policies, operators }: GroupUses): string => {
  const names = policies.slice(0, NAMES_MAX).map((name) => `“${name}”`)
  const used = `${names.join(', ')}${andMore(policies.length - NAMES_MAX)}`
  const by = policies.length === 0 ? [] : [`the polic${policies.length === 1 ? 'y' : 'ies'} ${used}`]
  const all = [...by, ...(operators ? ['the operators'] : [])]
  return all.length === 0 ? 'Nothing uses it any more.' : `It is used by ${all.join(' and by ')}.`
}
