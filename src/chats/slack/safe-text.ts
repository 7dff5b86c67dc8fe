/**
 * Makes words that people typed harmless before they stand in a Slack message; called by the renderers.
 * One function per text kind; nothing here may let a mention, a link or markup come alive.
 */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Shown where nothing visible is left; Slack rejects empty text objects. */
const NOTHING = '–'

/** More of a text than this is not even looked at: more than any Slack text can hold. Characters. */
const LOOKED_AT_MAX = 10_000

/**
 * Removes what can lie about a text: control characters, direction overrides, invisible characters and
 * lone surrogates. Kept are line feeds and the two joiners that scripts and emoji need.
 */
const clean = (text: string): string => {
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

/** Exactly the three characters that Slack wants escaped: docs.slack.dev, "Escaping text". */
const escapeMrkdwn = (text: string): string =>
  /[&<>]/.test(text) ? text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') : text

const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  ':': '∶',
  '>': '›',
}

/**
 * Slack has no escape for its markup characters, so those that could open something become look-alikes:
 * `*`, `~` and backticks always, `_` unless inside a word, `:` of an emoji name, `>` that would open a quote.
 * Character for character, so that the length stays.
 */
const disarm = (text: string): string =>
  text.replace(
    /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[\w+'-]+:)|(?<=^\s*)>/gm,
    (character) => LOOKALIKES[character] ?? character,
  )

const escapedLength = (text: string): number => escapeMrkdwn(text).length

/** Any words for the inside of a mrkdwn text, at most `max` characters once escaped. */
export const toMrkdwn = (text: string, max: number): string =>
  escapeMrkdwn(cut(disarm(clean(text)), max, escapedLength))

/** Words for the inside of bold or code in a mrkdwn text: one line, at most `max` characters once escaped. */
export const toMarked = (text: string, max: number): string => toMrkdwn(oneLine(text), max)

/** Any words for a `plain_text` object, in which Slack reads no markup: at most `max` characters, never empty. */
export const toPlain = (text: string, max: number): string => cut(orNothing(clean(text)), max)
