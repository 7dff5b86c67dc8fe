/** What every bench prints: how many, the median, the 99th percentile and the worst. */

/** One line, e.g. `press to access: n 100, median 52 ms, p99 80 ms, worst 91 ms`; percentiles by nearest rank. */
export const describeFigures = (what: string, values: readonly number[], unit = 'ms'): string => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): string =>
    `${Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN)} ${unit}`
  return `${what}: n ${sorted.length}, median ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)}`
}

/** Runs it over all items, so many at a time. */
export const inTurns = async <T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> => {
  const left = [...items]
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
