/**
 * Text as it can be seen: without what lies about it, on one line, cut between letters. Called by chats before they make
 * words harmless in their own markup; nothing here knows of any markup.
 */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Shown where nothing visible is left; chats reject empty texts. */
const NOTHING = '–'

/** More of a text than this is not even looked at: more than any text of a chat can hold. Characters. */
const LOOKED_AT_MAX = 10_000

/**
 * Removes what can lie about a text: control characters, direction overrides, invisible characters and
 * lone surrogates. Kept are line feeds and the two joiners that scripts and emoji need.
 */
export const clean = (text: string): string => {
  const seen = text.slice(0, LOOKED_AT_MAX)
  return PRINTABLE.test(seen)
    ? seen
    : seen
        .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
        .replace(/\t/g, ' ')
        .replace(/(?![\n\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
}

/** Of nothing but these nothing is ever removed, and they are most of all texts. */
const PRINTABLE = /^[ -~]*$/

/** A cleaned text on one line. */
export const oneLine = (text: string): string =>
  clean(text)
    .replace(/\s{2,}|[^\S ]/g, ' ')
    .trim()

/** The text, or a dash where nothing of it could be seen. */
export const orNothing = (text: string): string => (/[^\s\u200C\u200D]/.test(text) ? text : NOTHING)

/**
 * At most `max` by `weigh` (characters unless told), ended with "…" where something was left out. Cuts only
 * between graphemes, so that no letter loses its accent and no emoji falls apart.
 */
export const cut = (text: string, max: number, weigh = (part: string) => part.length): string => {
  if (weigh(text) <= max) return text
  let kept = ''
  let left = max - 1
  for (const { segment } of graphemes.segment(text)) {
    left -= weigh(segment)
    if (left < 0) break
    kept += segment
  }
  return max < 1 ? '' : `${kept.trimEnd()}…`
}
