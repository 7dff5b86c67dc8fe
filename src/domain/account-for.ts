/** Who a person is inside a target: as `people:` states it, else by the target's template over a verified address. */
import type { Account } from './model.ts'
import type { Person } from './people.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { TargetRules } from './rules.ts'

const FIELDS: Readonly<Record<string, (email: string) => string>> = {
  '{email}': (email) => email,
  '{email.local}': (email) => email.slice(0, email.lastIndexOf('@')),
}

/** The account, or `no-account` with what an operator has to write. */
export const accountFor = (person: Person, target: string, rules: TargetRules): Account | Refusal => {
  const stated = person.entry?.accounts[target]
  if (stated !== undefined) return stated
  if (rules.account === undefined || person.email === undefined) return nobodyThere(person, target)
  const { email } = person
  const account = rules.account.replace(/\{[^}]*\}/g, (field) => FIELDS[field]?.(email.toLowerCase()) ?? '')
  return account === '' ? nobodyThere(person, target) : (account as Account)
}

const nobodyThere = (person: Person, target: string): Refusal =>
  refuse(
    'no-account',
    `Curfew does not know who you are in ${target}.`,
    `An operator can state it under people: { email: …, ${person.via.replace(':', ': ')}, accounts: { ${target}: LOGIN } }`,
  )
