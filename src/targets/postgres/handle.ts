/**
 * What exactly was given, as ids of the system: names may change, and a revoke by an old name leaves the access.
 * Called by every verb of this target; a handle holds no secrets and is read for ever, so fields are only added.
 */
import { z } from 'zod'
import { Fault } from '../../domain/fault.ts'
import type { Access, Json, SeatKey } from '../../domain/model.ts'
import type { Session } from './session.ts'

const named = z.object({ oid: z.int().positive(), name: z.string() })

const handle = z.object({
  system: z.string().regex(/^\d+$/),
  database: z.string(),
  /** Our own role. */
  role: named,
  memberOf: named,
  account: named,
})

/** Names are for reading only. */
export type Handle = z.infer<typeof handle>

/** A login that is made for one request: it does not exist yet when this is recorded, so it is found by its mark. */
const loginHandle = z.object({
  system: z.string().regex(/^\d+$/),
  database: z.string(),
  /** The role without login that bots belong to, and the schema of the functions. */
  admin: z.string(),
  request: z.string().regex(/^R-[0-9A-Z]{6,10}$/),
  /** Its name when it is made. */
  login: z.string(),
  /** Whom it is made for. */
  account: z.string(),
  role: named,
  memberOf: z.array(named),
})

export type LoginHandle = z.infer<typeof loginHandle>

/** Roles belong to the whole server, so two databases of it share a seat. */
export const seatKey = (of: Handle): SeatKey =>
  `postgres/${of.system}/${of.role.oid}/${of.account.oid}` as SeatKey

export const fingerprintOf = (session: Pick<Session, 'system' | 'database'>): string =>
  `postgres/${session.system}/${session.database}`

export const toJson = (of: Handle): Json => ({
  system: of.system,
  database: of.database,
  role: { oid: of.role.oid, name: of.role.name },
  memberOf: { oid: of.memberOf.oid, name: of.memberOf.name },
  account: { oid: of.account.oid, name: of.account.name },
})

export const loginSeatKey = (of: Pick<LoginHandle, 'system' | 'request'>): SeatKey =>
  `postgres/${of.system}/login/${of.request}` as SeatKey

export const isLogin = (of: Handle | LoginHandle): of is LoginHandle => 'login' in of

/** The handle of a recorded access. Faults when it is not one of ours. */
export const readHandle = (access: Pick<Access, 'handle'>): Handle | LoginHandle => {
  const parsed = z.union([loginHandle, handle]).safeParse(access.handle)
  if (!parsed.success) throw new Fault('permanent', 'the recorded handle is not of this kind of target')
  return parsed.data
}

/** Faults when another server answers than the one the access belongs to: its ids mean somebody else there. */
export const checkSystem = (session: Session, of: Pick<Handle, 'system'>): void => {
  if (session.system !== of.system)
    throw new Fault('permanent', 'another server answers than the one this access belongs to')
}
