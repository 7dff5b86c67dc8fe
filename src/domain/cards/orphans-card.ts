/** What the audit channels read when a target has access that no grant stands behind: once for each. */
import { NAMES_MAX } from '../limits.ts'
import type { PersonRef } from '../model.ts'
import type { Found } from '../survey.ts'
import { bold, type Card, code, type Part, person, plain, type Span } from './card.ts'

/** `bob: bob → curfew_orders_reader → orders_reader, given by curfew` */
export const foundLine = ({ account, note }: Pick<Found, 'account' | 'note'>): readonly Span[] =>
  note === undefined ? [code(account)] : [code(account), plain(`: ${note}`)]

export const drawOrphans = (target: string, orphans: readonly Found[]): Card => {
  const count = orphans.length
  const spans = [
    bold(count === 1 ? 'An orphan' : `${count} orphans`),
    plain(' in '),
    code(target),
    plain(': access under Curfew’s handle, with no grant behind it and without an end.'),
  ]
  const shown = orphans.slice(0, NAMES_MAX)
  const left = count - shown.length
  return {
    title: '',
    summary: spans,
    parts: [
      line(spans),
      ...shown.map((one) => line(foundLine(one))),
      ...(left === 0 ? [] : [note([plain(`and ${left} more`)])]),
      note([
        plain('Curfew never gave it, so it takes nothing away by itself. An operator does: '),
        code(`curfew reconcile --target ${target}`),
      ]),
    ],
  }
}

/** An operator has some taken away. */
export const drawDisowned = (target: string, by: PersonRef, orphan: Found): Card => {
  const spans = [
    person(by),
    plain(' has an orphan taken away in '),
    code(target),
    plain(': '),
    ...foundLine(orphan),
  ]
  return { title: '', summary: spans, parts: [line(spans)] }
}

const line = (spans: readonly Span[]): Part => ({ part: 'text', spans })
const note = (spans: readonly Span[]): Part => ({ part: 'note', spans })
