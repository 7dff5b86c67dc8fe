/** What the audit channels read when a target has access that no grant stands behind: once for each. */
import { shorten } from '../clean-text.ts'
import { NAMES_MAX } from '../limits.ts'
import type { PersonRef } from '../model.ts'
import type { Found, Orphan } from '../survey.ts'
import { bold, type Card, code, type Part, person, plain, type Span } from './card.ts'

const ACCOUNT_SHOWN_MAX = 63
const NOTE_SHOWN_MAX = 150

/** `bob: bob → curfew_orders_reader → orders_reader, given by curfew`, in one line whatever names there are. */
const foundLine = ({ account, note }: Found): readonly Span[] => [
  code(shorten(account, ACCOUNT_SHOWN_MAX)),
  ...(note === undefined ? [] : [plain(`: ${shorten(note, NOTE_SHOWN_MAX)}`)]),
]

export const orphanLine = (orphan: Orphan): readonly Span[] => [
  ...foundLine(orphan),
  ...(orphan.taking ? [plain('; it is being taken away')] : []),
]

export const drawOrphans = (target: string, orphans: readonly Orphan[]): Card => {
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
      ...shown.map((one) => line(orphanLine(one))),
      ...(left === 0 ? [] : [note([plain(`and ${left} more`)])]),
      ...(orphans.every(({ taking }) => taking) ? [] : [note(adviceFor(target))]),
    ],
  }
}

const adviceFor = (target: string): readonly Span[] => [
  plain('What Curfew never gave it does not take away by itself. An operator does: '),
  code(`curfew reconcile --target ${target}`),
]

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
