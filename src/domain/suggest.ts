/** The known word that somebody most likely meant; for hints, never for guessing on their behalf. */

const TYPOS_MAX = 2

/** How many letters must be changed, added, left out or swapped to get from one word to the other. */
const distance = (a: string, b: string): number => {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}

/** The nearest of the known words at most two slips away, else `undefined`. Short words allow fewer slips. */
export const suggest = (word: string, known: readonly string[]): string | undefined => {
  const typed = word.toLowerCase()
  const [best] = known
    .filter((candidate) => Math.abs(candidate.length - typed.length) <= TYPOS_MAX)
    .map((candidate) => ({ candidate, slips: distance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, slips }) => slips <= Math.min(TYPOS_MAX, candidate.length - 1))
    .sort((a, b) => a.slips - b.slips)
  return best?.candidate
}
