/**
 * Makes words that people typed harmless before they stand in a message or a card of Teams; called by the renderers. One
 * function per kind of text; nothing here may let a mention, a link, markup or a date come alive.
 */
import { clean, cut, oneLine, orNothing } from '../../infra/visible-text.ts'

/** Cards draw `{{DATE(…)}}` and `{{TIME(…)}}` anew wherever a text stands. */
const withoutFunctions = (text: string): string => text.replace(/\{(?=\{)|(?<=\{)\{/g, '﹛')

const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  '[': '［',
  ']': '］',
  '<': '‹',
  '>': '›',
  '&': '＆',
  '\\': '＼',
  '#': '＃',
  ':': '∶',
  '-': '‐',
  '+': '＋',
  '.': '․',
  '@': '＠',
}

/**
 * Cards know no escape that every client honours, so that characters which could open something become look-alikes: of
 * Markdown and HTML always, `_` unless inside a word, `:` before `//`, and what would open a heading or a list at the start
 * of a line. Character for character, so that the length stays.
 */
const disarm = (text: string): string =>
  text.replace(
    /[*~`[\]<>\\]|&(?=[#\w])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=^\s*)[#+-]|(?<=^\s*\d{1,9})\.(?=\s)/gm,
    (character) => LOOKALIKES[character] ?? character,
  )

/** For a `TextRun`, a button or the title of a dialog, in which nothing is markup. At most `max` characters, never empty. */
export const toRun = (text: string, max: number): string => cut(orNothing(withoutFunctions(clean(text))), max)

/** For a `TextBlock`, a label, a choice or a notice, in which Markdown counts. At most `max` characters. */
export const toBlock = (text: string, max: number): string => cut(disarm(withoutFunctions(clean(text))), max)

/** The same on one line, for the inside of a mark. */
export const toMarked = (text: string, max: number): string => toBlock(oneLine(text), max)

/** For what stands outside of cards, such as a summary, where an `@` could call somebody, too. On one line, never empty. */
export const toNotice = (text: string, max: number): string =>
  cut(orNothing(disarm(oneLine(text)).replace(/@(?=\w)/g, '＠')), max)
