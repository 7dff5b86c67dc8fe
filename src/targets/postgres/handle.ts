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

/** The handle of a recorded access. Faults when it is not one of ours. */
export const readHandle = (access: Pick<Access, 'handle'>): Handle => {
  const parsed = handle.safeParse(access.handle)
  if (!parsed.success) throw new Fault('permanent', 'the recorded handle is not of this kind of target')
  return parsed.data
}

/** Faults when another server answers than the one the access belongs to: its ids mean somebody else there. */
export const checkSystem = (session: Session, of: Handle): void => {
  if (session.system !== of.system)
    throw new Fault('permanent', 'another server answers than the one this access belongs to')
}
