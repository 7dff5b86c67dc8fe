/**
 * References as operators write them: `ana@acme.test`, `<system>:<id>`, a word from `groups:`, `everyone`.
 * Called by config; whether a system or a group exists is not decided here.
 */
import type { Reference } from './people.ts'

/** Why a text names nobody, and what would. */
export interface BadReference {
  readonly says: string
  readonly hint: string
}

const REFERENCE_MAX = 300
const EMAIL = /^[^\s@<>()",;:]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u
const NATIVE = /^([a-z][a-z0-9-]*):(\S+)$/
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u

const WAYS = 'Write an e-mail address, `system:id`, a word from `groups:` or `everyone`.'

/** E-mail addresses come out in lower case; native ids as they are. */
export const parseReference = (text: string): Reference | BadReference => {
  if (text.length > REFERENCE_MAX) return { says: 'This reference is too long.', hint: WAYS }
  if (text === 'everyone') return { ref: 'everyone' }
  const [, system, id] = NATIVE.exec(text) ?? []
  if (system !== undefined && id !== undefined) return { ref: 'native', system, id }
  if (EMAIL.test(text)) return { ref: 'email', email: text.toLowerCase() }
  if (WORD.test(text)) return { ref: 'group', name: text }
  if (/^[@#]/.test(text))
    return { says: `“${text}” is a name, and names can change hands.`, hint: 'Write its id, as `system:id`.' }
  return { says: `“${text}” names nobody.`, hint: WAYS }
}

export const isBadReference = (parsed: Reference | BadReference): parsed is BadReference => 'says' in parsed

/** `<system>:<native id>` into the two; a native id may hold colons of its own. */
export const splitNative = (reference: string): readonly [system: string, native: string] => {
  const at = reference.indexOf(':')
  return at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)]
}

/** As an operator would write it. */
export const showReference = (reference: Reference): string => {
  switch (reference.ref) {
    case 'email':
      return reference.email
    case 'native':
      return `${reference.system}:${reference.id}`
    case 'group':
      return reference.name
    case 'everyone':
      return 'everyone'
  }
}

/** The part of an address after the last `@`. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1)
