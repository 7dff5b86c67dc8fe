/** What a run of the long form prints: one row for each kind of fault, and under it what did not hold. */
import type { Figures } from './invariants.ts'

export interface Row extends Omit<Figures, 'lateness' | 'stalled'> {
  readonly faults: string
  readonly cycles: number
  /** ms; undefined: nothing was measured. */
  readonly worstMs?: number
  /** Ends during which the machine stood still, which no lateness was taken from. */
  readonly stalled?: number
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
  return {
    faults,
    cycles,
    acknowledged: add(({ acknowledged }) => acknowledged),
    lost: add(({ lost }) => lost),
    revocations: add(({ revocations }) => revocations),
    late: add(({ late }) => late),
    ...(lateness.length > 0 && { worstMs: Math.max(...lateness) }),
    stalled: add(({ stalled }) => stalled.length),
    duplicates: add(({ duplicates }) => duplicates),
    violations: verdicts.flatMap(({ violations }) => violations),
  }
}

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
      ...[row.cycles, row.acknowledged, row.lost, row.revocations, row.late].map(String),
      row.worstMs === undefined ? '–' : `${Math.round(row.worstMs)} ms`,
      String(row.duplicates),
    ]),
  ]
  const widths = HEAD.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return cells.map(line).join('\n')
}
