/** What was said on the command line of a script here; a wrong word ends it with the sentence that helps. */
import { parseArgs } from 'node:util'
import { stop } from './run.mjs'

/**
 * @param {readonly string[]} names each takes a text.
 * @param {string} usage how it is typed.
 * @returns {Readonly<Record<string, string | undefined>>}
 */
export const readFlags = (names, usage) => {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
  try {
    return parseArgs({ options }).values
  } catch (thrown) {
    return stop(thrown instanceof Error ? thrown.message : 'These flags are not known.', `Type: ${usage}`)
  }
}

/** An address that others can reach, as a URL. */
export const readHttps = (text, usage) => {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return new URL(text)
  return stop(`--url ${text} is no public address.`, `Type: ${usage}`)
}
