/**
 * Finds where a wish ends and a reason begins in `for 2h because …`, `2h …`, `until 18:00 …`. Called by the
 * command line; it only cuts, `parseWish` decides: after `for` and `until` whatever stands there is the wish.
 */

const UNIT = 'd|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?'
const END = String.raw`(?=[\s,;]|$)`
/** `2h30m`, `2 h 30 min`, `1.5h`. */
const LENGTH = new RegExp(String.raw`^\d+(?:\.\d+)?\s?(?:${UNIT})(?:\s?\d+\s?(?:${UNIT}))*${END}`, 'i')
/** Meant as a length, though not a good one: `-2h`, `1e9h`, `3w`, `0`, `forever`. */
const BAD_LENGTH = new RegExp(
  String.raw`^(?:[-−+]?[\d.][\d.,+e]*(?:${UNIT}|w|wks?|weeks?|mo|months?|y|yrs?|years?)|[-−+]?\d+(?=\s+(?:because|of)\b|$)|[-−+]?(?:infinity|∞|nan|forever))${END}`,
  'i',
)
const MOMENT = /^(?:\d{4}-\d{2}-\d{2}(?: \d\S*)?|\S*)/

/** `wish` is absent where none was typed. */
export const takeWish = (text: string): { readonly wish?: string; readonly rest: string } => {
  const [, lead = '', after = ''] = /^(for|until)(?:\s+(.*))?$/is.exec(text) ?? []
  if (lead.toLowerCase() === 'until') return cut(after, MOMENT, 'until ')
  if (lead !== '') return cut(after, firstMatch(after) ?? /^\S*/, '')
  const length = firstMatch(text)
  return length === undefined ? { rest: text } : cut(text, length, '')
}

const firstMatch = (text: string): RegExp | undefined => [LENGTH, BAD_LENGTH].find((form) => form.test(text))

const cut = (text: string, form: RegExp, lead: string) => {
  const [found = ''] = form.exec(text) ?? []
  return {
    wish: `${lead}${found.replace(/[,;]+$/, '')}`,
    rest: text.slice(found.length).replace(/^[\s,;]+/, ''),
  }
}
