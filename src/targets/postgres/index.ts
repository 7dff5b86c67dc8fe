/**
 * Targets of kind `postgres`: a role of a PostgreSQL server, given through an own role that the operator made with the
 * recipe. Listed in the registry; every call has a fresh connection, and nothing is kept between calls but a spare connection for ends.
 */
import { Fault } from '../../domain/fault.ts'
import type { Access } from '../../domain/model.ts'
import type { Call, Target, TargetKind, Tools } from '../../ports.ts'
import { apply } from './apply.ts'
import { examine } from './examine.ts'
import { grant } from './grant.ts'
import { fingerprintOf, isLogin, type LoginHandle, readHandle } from './handle.ts'
import { inspect } from './inspect.ts'
import { list } from './list.ts'
import { cleanUpLogin } from './login/clean-up.ts'
import { grantLogin } from './login/grant.ts'
import { inspectLogin } from './login/inspect.ts'
import { keepLogin } from './login/keep-until.ts'
import { revealLogin } from './login/reveal.ts'
import { revokeLogin } from './login/revoke.ts'
import { resolve } from './resolve.ts'
import { revoke } from './revoke.ts'
import { type Line, type Session, withSession } from './session.ts'
import { type Settings, seatHints, settings } from './settings.ts'
import { type Ask, setup } from './setup.ts'
import { shareSession } from './share-session.ts'
import { keepSpareLink } from './spare-link.ts'
import { starter } from './starter.ts'
import { traitsOf } from './traits.ts'

export const postgres: TargetKind<Settings> = {
  kind: 'postgres',
  settings,
  seatHints,
  starter,
  connect: (name, given, tools) => connect(name, given, tools),
}

/** Connections at a time, for looks and for ends. */
const LOOK_LINES = 2
const TAKE_LINES = 4

const connect = (name: string, given: Settings, { clock }: Tools): Target => {
  const closing = new AbortController()
  const line = { url: given.url, clock, closing: closing.signal }
  const on = <T>(call: Call, use: (session: Session) => Promise<T>): Promise<T> =>
    withSession(line, call, use)
  const spare = keepSpareLink(line)
  const look = shareSession(on, clock, LOOK_LINES)
  const take = shareSession(spare.use, clock, TAKE_LINES)
  /** As the bot, or as somebody else for this one time. */
  const asking =
    (call: Call, url = given.url): Ask =>
    (use) =>
      withSession({ ...line, url }, call, use)
  return {
    traits: traitsOf(given),
    fingerprint: async (call) => {
      const fingerprint = await on(call, async (session) => fingerprintOf(session))
      // There may be something to end. A grant insists on it.
      spare.keep().catch(() => undefined)
      return fingerprint
    },
    resolve: (ask, call) => on(call, (session) => resolve(session, given, { ...ask, target: name })),
    grant: async (access, call) => {
      const of = readHandle(access)
      await spare.keep()
      await on(call, (session) => (isLogin(of) ? grantLogin(session, of, call) : grant(session, of, call)))
    },
    revoke: (access, call) =>
      take(call, (session) => {
        const of = readHandle(access)
        return isLogin(of) ? revokeLogin(session, of, call) : revoke(session, of, call)
      }),
    inspect: (access, call) =>
      look(call, (session) => {
        const of = readHandle(access)
        return isLogin(of) ? inspectLogin(session, of) : inspect(session, of)
      }),
    keepUntil: (access, call) => on(call, (session) => keepLogin(session, loginOf(access), call)),
    reveal: (access, call) => on(call, (session) => revealLogin(session, given, loginOf(access), call)),
    cleanUp: (access, call) =>
      cleanUpLogin((use, database) => withSession(at(line, database), call, use), loginOf(access)),
    list: async function* (call) {
      yield* await on(call, (session) => list(session, given))
    },
    examine: (call) => on(call, (session) => examine(session, name, given)),
    setup: (call, admin) => setup(given, asking(call, admin), admin !== undefined),
    apply: (call, admin) => apply(given, asking(call, admin)),
    close: async () => {
      closing.abort()
      await spare.close()
    },
  }
}

const loginOf = (access: Access): LoginHandle => {
  const of = readHandle(access)
  if (isLogin(of)) return of
  throw new Fault('permanent', 'this access has no login of its own')
}

/** The same login in another database of the same server. */
const at = (line: Line, database: string | undefined): Line => {
  if (database === undefined) return line
  const url = new URL(line.url)
  url.pathname = `/${encodeURIComponent(database)}`
  return { ...line, url: url.href }
}
