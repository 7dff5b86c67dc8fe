/**
 * A new password for an open login, at each press: the server only gets what it needs to check it, and the one before is
 * good for nothing from then on. Whoever calls it shows it once and keeps nothing.
 */
import { escapeIdentifier, escapeLiteral } from 'pg'
import { Fault } from '../../../domain/fault.ts'
import type { Call, Secret } from '../../../ports.ts'
import { checkSystem, type LoginHandle } from '../handle.ts'
import { becomeRole, GIVING_LIMITS, type Session } from '../session.ts'
import type { Settings } from '../settings.ts'
import { makePassword, verifierOf } from './scram.ts'
import { serverTime } from './server-time.ts'

/** Faults `permanent` when the login is closed: a late press opens nothing. */
export const revealLogin = async (
  session: Session,
  { url }: Pick<Settings, 'url'>,
  of: LoginHandle,
  call: Call,
): Promise<Secret> => {
  checkSystem(session, of)
  const password = makePassword()
  const { left, deadline } = serverTime(session, call)
  if (left <= 0) throw new Fault('retry', 'the time for this try had passed, so nothing was sent')
  const values = [of.request, verifierOf(password), deadline].map(escapeLiteral).join(', ')
  const [found] = await session.write<{ login: string }>(
    `BEGIN; ${GIVING_LIMITS} ${becomeRole(session, of.admin)}
     SELECT ${escapeIdentifier(of.admin)}.set_verifier(${values}) AS login; COMMIT;`,
  )
  return describe(new URL(url), found?.login ?? of.login, of.database, password)
}

const describe = (url: URL, login: string, database: string, password: string): Secret => {
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  const port = url.searchParams.get('port') ?? (url.port || '5432')
  const mode = url.searchParams.get('sslmode')
  const [user, at, name] = [login, host, database].map(encodeForShell)
  const tls = mode === null ? '' : `?sslmode=${encodeForShell(mode)}`
  return [
    { label: 'User', value: login },
    { label: 'Password', value: password },
    { label: 'Host', value: host },
    { label: 'Port', value: port },
    { label: 'Database', value: database },
    // It asks for the password, which would otherwise stand in a shell's history.
    { label: 'psql', value: `psql 'postgresql://${user}@${at}:${port}/${name}${tls}'` },
  ]
}

const encodeForShell = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27')
