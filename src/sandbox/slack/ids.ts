/** Ids and timestamps of the local Slack: readable (`U0ANA00000`), unique, in Slack's form. */

/**
 * Names an id after what it stands for: prefix, then the name in capitals, ten characters in all.
 * A second one of the same name gets a number at its end.
 */
export const nameId = (prefix: string, name: string, taken: (id: string) => boolean): string => {
  const word = `${prefix}0${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`.slice(0, 10).padEnd(10, '0')
  if (!taken(word)) return word
  for (let n = 1; ; n += 1) {
    const id = `${word.slice(0, 10 - String(n).length)}${n}`
    if (!taken(id)) return id
  }
}

/** Message timestamps: seconds with six decimals, strictly increasing even where the clock stands still. */
export const createStamps = (now: () => number): (() => string) => {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(now()) * 1_000)
    return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, '0')}`
  }
}
