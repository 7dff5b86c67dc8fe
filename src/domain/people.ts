/**
 * References and people: what an operator writes to name somebody, and how a person is matched against it.
 * Ids carry authority, names are for reading; links between identities are stated, never guessed.
 */
import type { Account, PersonId } from './model.ts'

/** `ana@acme.test` · `slack:U…`/`okta:00g…` (system and native id) · a word from `groups:` · `everyone`. */
export type Reference =
  | { readonly ref: 'email'; readonly email: string }
  | { readonly ref: 'native'; readonly system: string; readonly id: string }
  | { readonly ref: 'group'; readonly name: string }
  | { readonly ref: 'everyone' }

/** One entry of `people:`: identities of one human, as stated by the operator. */
export interface PersonEntry {
  readonly email: string
  /** Native id by chat or other system, e.g. `{ slack: 'U0ANA00000' }`. */
  readonly chats: Readonly<Record<string, string>>
  /** Account by target. */
  readonly accounts: Readonly<Record<string, Account>>
}

/** A person with everything a decision needs; `groups` holds native group references already looked up. */
export interface Person {
  readonly id: PersonId
  /** `<chat>:<native id>` they act with. */
  readonly via: string
  /** `<chat>:<organisation>/<user>`, as the directory knows them. */
  readonly identity: string
  readonly name: string
  /** Verified and in `emailDomains`; lower case. */
  readonly email?: string
  /** As the directory has it, lower case, also where it may not be used: an equal one is enough to refuse. */
  readonly address?: string
  readonly zone?: string
  readonly entry?: PersonEntry
}

/** A person as a directory knows them: the part that identity is made of. */
export interface DirectoryFacts {
  readonly ref: string
  readonly identity: string
  readonly name: string
  readonly email?: string
  readonly zone?: string
}
