/**
 * Makes words that people typed harmless before they stand in a Slack message; called by the renderers.
 * One function per text kind; nothing here may let a mention, a link or markup come alive.
 */

import { clean, cut, oneLine, orNothing } from '../../infra/visible-text.ts'

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
