/**
 * The comment by which a login of ours is known: it survives a new name. Two installations on one server have two roles
 * without login that their bots belong to, and so two marks.
 */
import type { LoginHandle } from '../handle.ts'

/** How all of them begin. */
export const allMarks = (admin: string): string => `Made by ${admin} for `

/** How the one of a request begins; it goes on with the account that the login was made for. */
export const markOf = (admin: string, request: string): string => `${allMarks(admin)}${request}: `

/** What a mark says; undefined: it is none of ours. */
export const readMark = (admin: string, mark: string): { request: string; account: string } | undefined => {
  if (!mark.startsWith(allMarks(admin))) return undefined
  const [, request, account] = /^(R-[0-9A-Z]{6,10}): (.*)$/s.exec(mark.slice(allMarks(admin).length)) ?? []
  return request === undefined || account === undefined ? undefined : { request, account }
}

/** A login that has the name of ours, and not our mark. */
export const sayUnmarked = (of: Pick<LoginHandle, 'admin' | 'request' | 'login'>): string =>
  `${of.login} has lost its comment “${markOf(of.admin, of.request)}…”: put it back, or drop the role`
