/**
 * The words people type, the same in every chat, as a tagged union. Called by whoever handles a gesture of
 * words; it looks nothing up: ids, wishes and entitlements stay text until somebody who knows reads them.
 */
import { cleanText, lengthOf } from './clean-text.ts'
import { REASON_MAX, WORDS_MAX } from './limits.ts'
import { type Refusal, refuse } from './refusal.ts'
import { parseRequestId } from './request-id.ts'
import { suggest } from './suggest.ts'
import { takeWish } from './take-wish.ts'

/** `wish` is for `parseWish`; `id` for `parseRequestId`, absent where it was left out; reasons are clean text. */
export type Words =
  | {
      readonly verb: 'request'
      readonly entitlement: string
      readonly wish?: string
      readonly reason: string
    }
  /** `form`: nothing but the wish to ask, which a form answers best. */
  | { readonly verb: 'form' | 'mine' | 'help' | 'id' }
  /** `filter`: part of a name, empty for all. */
  | { readonly verb: 'catalog' | 'digest'; readonly filter: string }
  | { readonly verb: 'status' | 'done' | 'withdraw' | 'approve'; readonly id?: string }
  | { readonly verb: 'extend'; readonly id?: string; readonly wish: string; readonly reason: string }
  /** `reason`: what a reviewer has to say. */
  | { readonly verb: 'deny' | 'revoke' | 'review'; readonly id?: string; readonly reason: string }
  | { readonly verb: 'unknown'; readonly word: string; readonly suggestion?: string }

const VERBS = [
  'request',
  'mine',
  'catalog',
  'status',
  'done',
  'withdraw',
  'extend',
  'approve',
  'deny',
  'revoke',
  'review',
  'digest',
  'id',
  'help',
] as const
const WORD_SHOWN_MAX = 40

/** Reads one line of typed words. Refuses as `too-long`; an unknown verb is an answer with a suggestion. */
export const parseWords = (text: string): Words | Refusal => {
  if (text.length > WORDS_MAX)
    return refuse('too-long', `That is longer than ${WORDS_MAX} characters.`, 'Say the same in a sentence.')
  const words = readWords(cleanText(text))
  return ('reason' in words && refuseLong(words.reason)) || words
}

/** Refuses a reason beyond {@link REASON_MAX} as `too-long`. */
export const refuseLong = (reason: string): Refusal | undefined =>
  lengthOf(reason) <= REASON_MAX
    ? undefined
    : refuse('too-long', `The reason is longer than ${REASON_MAX} characters.`, 'Say the same in a sentence.')

const readWords = (line: string): Words => {
  const [first, rest] = takeWord(line)
  const verb = first
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[.,:;!]+$/, '')
  switch (verb) {
    case '':
      return { verb: 'form' }
    case '?':
    case 'help':
      return { verb: 'help' }
    case 'mine':
    case 'id':
      return { verb }
    case 'catalog':
    case 'digest':
      return { verb, filter: takeWord(rest)[0].toLowerCase() }
    case 'request':
      return rest === '' ? { verb: 'form' } : readRequest(rest)
    case 'status':
    case 'done':
    case 'withdraw':
    case 'approve':
      return { verb, ...optionalId(takeWord(rest)[0]) }
    case 'extend':
      return readExtend(rest)
    case 'revoke':
      return readRevoke(rest)
    case 'review':
      return readReview(rest)
    case 'deny':
      return readDeny(rest)
    default:
      return first.includes('/') ? readRequest(line) : readUnknown(first, verb)
  }
}

const readRequest = (line: string): Words => {
  const [entitlement, rest] = takeWord(line)
  const { wish, rest: reason } = takeWish(rest)
  return { verb: 'request', entitlement, ...(wish === undefined ? {} : { wish }), reason: readReason(reason) }
}

/** A revocation always names its request. */
const readRevoke = (line: string): Words => {
  const [id, rest] = takeWord(line)
  return { verb: 'revoke', ...optionalId(id), reason: readReason(rest) }
}

/** What was found may begin with any word. */
const readReview = (line: string): Words => {
  const [id, reason] = takeWord(line)
  return { verb: 'review', ...optionalId(id), reason }
}

/** The id may be left out, but a word that could be one is taken for one: better "unknown id" than the wrong denial. */
const readDeny = (line: string): Words => {
  const [first, rest] = takeWord(line)
  const named = parseRequestId(first) !== undefined || /^r[-–—]/i.test(first)
  return named
    ? { verb: 'deny', id: first, reason: readReason(rest) }
    : { verb: 'deny', reason: readReason(line) }
}

/** The id may be left out; `by` before the length says nothing. */
const readExtend = (line: string): Words => {
  const [first, after] = takeWord(line)
  const named = parseRequestId(first) !== undefined || /^r[-–—]/i.test(first)
  const { wish = '', rest } = takeWish((named ? after : line).replace(/^by /i, ''))
  return { verb: 'extend', ...(named && { id: first }), wish, reason: readReason(rest) }
}

const readUnknown = (first: string, verb: string): Words => {
  const suggestion = suggest(verb, VERBS)
  const word = [...first].slice(0, WORD_SHOWN_MAX).join('')
  return suggestion === undefined ? { verb: 'unknown', word } : { verb: 'unknown', word, suggestion }
}

const optionalId = (id: string): { id?: string } => (id === '' ? {} : { id })

/** The first word without the quotation marks and backticks that come along when a hint is copied. */
const takeWord = (line: string): readonly [string, string] => {
  const [word = ''] = line.split(' ', 1)
  return [unquote(word), line.slice(word.length).trim()]
}

const QUOTES = /^["'`“”„‘’«»]+|["'`“”„‘’«»]+$/g
const unquote = (text: string): string => text.replace(QUOTES, '')

/** `because`, `because of` and `of` belong to the sentence, not to the reason. */
const readReason = (text: string): string => {
  const reason = text.replace(/^(?:because(?: of)?|of)(?=[\s:,]|$)[\s:,]*/i, '')
  return /^["“„«'‘].*["”“»'’]$/.test(reason) ? unquote(reason) : reason
}
