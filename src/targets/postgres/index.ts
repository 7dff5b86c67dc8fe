/**
 * Targets of kind `postgres`: a role of a PostgreSQL server, given through an own role that the operator made with the
 * recipe. Listed in the registry; every call is one fresh connection, and nothing is kept between calls.
 */
import { PROVISION_WITHIN_MS } from '../../domain/limits.ts'
import type { Traits } from '../../domain/model.ts'
import type { Call, Target, TargetKind, Tools } from '../../ports.ts'
import { apply } from './apply.ts'
import { examine } from './examine.ts'
import { grant } from './grant.ts'
import { fingerprintOf, readHandle } from './handle.ts'
import { inspect } from './inspect.ts'
import { list } from './list.ts'
import { resolve } from './resolve.ts'
import { revoke } from './revoke.ts'
import { type Session, withSession } from './session.ts'
import { type Settings, seatHints, settings } from './settings.ts'
import { type Ask, setup } from './setup.ts'
import { starter } from './starter.ts'

export const postgres: TargetKind<Settings> = {
  kind: 'postgres',
  settings,
  seatHints,
  starter,
  connect: (name, given, tools) => connect(name, given, tools),
}

const traitsOf = (given: Settings): Traits => ({
  readsBack: true,
  tellsOurs: true,
  endsSessions: true,
  checksDeadline: true,
  settlesInMs: 0,
  provisionWithinMs: given.provisionWithin ?? PROVISION_WITHIN_MS,
})

const connect = (name: string, given: Settings, { clock }: Tools): Target => {
  const closing = new AbortController()
  const line = { url: given.url, clock, closing: closing.signal }
  const on = <T>(call: Call, use: (session: Session) => Promise<T>): Promise<T> =>
    withSession(line, call, use)
  /** As the bot, or as somebody else for this one time. */
  const asking =
    (call: Call, url = given.url): Ask =>
    (use) =>
      withSession({ ...line, url }, call, use)
  return {
    traits: traitsOf(given),
    fingerprint: (call) => on(call, async (session) => fingerprintOf(session)),
    resolve: (ask, call) => on(call, (session) => resolve(session, given, { ...ask, target: name })),
    grant: (access, call) => on(call, (session) => grant(session, readHandle(access), call)),
    revoke: (access, call) => on(call, (session) => revoke(session, readHandle(access), call)),
    inspect: (access, call) => on(call, (session) => inspect(session, readHandle(access))),
    list: async function* (call) {
      yield* await on(call, (session) => list(session, given))
    },
    examine: (call) => on(call, (session) => examine(session, name, given)),
    setup: (call, admin) => setup(given, asking(call, admin), admin !== undefined),
    apply: (call, admin) => apply(given, asking(call, admin)),
    close: async () => closing.abort(),
  }
}
