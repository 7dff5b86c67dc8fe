/** Whether a list that is narrowed down by a word holds a request: its id, its person, what it gives and as whom. */
import type { Request } from './model.ts'

/** `word` in lower case; the empty word is about everything. */
export const isAbout = ({ id, requester, entitlement, access }: Request, word: string): boolean =>
  [
    id,
    requester.name,
    requester.id,
    requester.email ?? '',
    `${entitlement.target}/${entitlement.role}`,
    access.account,
  ].some((text) => text.toLowerCase().includes(word))
