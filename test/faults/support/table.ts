/** What a run of the long form prints: one row for each kind of fault, and under it what did not hold. */
import { describeFigures } from '../../bench/figures.ts'
import type { Figures } from './invariants.ts'

type Counts = Omit<Figures, 'lateness' | 'stalled' | 'overtime'>

/** What was not counted stands as a dash. */
export interface Row extends Partial<Counts> {
  readonly faults: string
  readonly cycles: number
  /** Lateness, ms. */
  readonly worstMs?: number
  /** What stands under the table besides. */
  readonly notes?: readonly string[]
  readonly violations: readonly string[]
}

/** Adds up what several companies came to. */
export const sumUp = (
  faults: string,
  cycles: number,
  verdicts: readonly { readonly figures: Figures; readonly violations: readonly string[] }[],
): Row => {
  const add = (of: (figures: Figures) => number): number =>
    verdicts.reduce((sum, { figures }) => sum + of(figures), 0)
  const lateness = verdicts.flatMap(({ figures }) => figures.lateness)
  const stalled = verdicts.flatMap(({ figures }) => figures.stalled)
  const overtime = verdicts.flatMap(({ figures }) => figures.overtime)
  return {
    faults,
    cycles,
    acknowledged: add(({ acknowledged }) => acknowledged),
    lost: add(({ lost }) => lost),
    revocations: add(({ revocations }) => revocations),
    late: add(({ late }) => late),
    ...(lateness.length > 0 && { worstMs: Math.max(...lateness) }),
    notes: [
      ...describeStalled(stalled),
      ...(overtime.length > 0
        ? [describeFigures('access after its end, whoever died meanwhile', overtime)]
        : []),
    ].map((note) => `${faults}: ${note}`),
    duplicates: add(({ duplicates }) => duplicates),
    violations: verdicts.flatMap(({ violations }) => violations),
  }
}

/** How late these were says nothing about the bot; it is told all the same. */
export const describeStalled = (lateMs: readonly number[]): string[] =>
  lateMs.length === 0
    ? []
    : [describeFigures('no figure of these, for the machine had no time for its processes: lateness', lateMs)]

const HEAD = [
  'faults',
  'cycles',
  'acknowledged',
  'lost',
  'revocations',
  'late',
  'worst lateness',
  'duplicates',
]

export const drawTable = (rows: readonly Row[]): string => {
  const cells = [
    HEAD,
    ...rows.map((row) => [
      row.faults,
      ...[row.cycles, row.acknowledged, row.lost, row.revocations, row.late].map(
        (count) => `${count ?? '–'}`,
      ),
      row.worstMs === undefined ? '–' : `${Math.round(row.worstMs)} ms`,
      `${row.duplicates ?? '–'}`,
    ]),
  ]
  const widths = HEAD.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return cells.map(line).join('\n')
}
