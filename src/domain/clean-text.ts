/**
 * What a person typed, made fit to be shown to others: one line, nothing invisible, nothing that turns the
 * reading direction around. Called wherever free text comes in; never changes what can be seen.
 */

/** Zero-width and direction marks, tags, fillers; the blank braille cell; controls; halves of characters. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Surrogate}\u2800]/gu

/** Any run of white space, line breaks included, becomes one space; what cannot be seen goes, also the byte order mark that counts as white space. */
export const cleanText = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\uFEFF/g, '')
    .replace(/\s+/g, ' ')
    .replace(UNSEEN, '')
    .replace(/ {2,}/g, ' ')
    .trim()

/** Length as people count: an emoji is one. */
export const lengthOf = (text: string): number => [...text].length

/** Clean, and cut where it is longer. */
export const shorten = (text: string, most: number): string => [...cleanText(text)].slice(0, most).join('')
