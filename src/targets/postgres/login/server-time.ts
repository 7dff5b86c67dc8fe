/** Instants of Curfew as the server's own clock counts them: only lengths of time are carried over, never an instant. */
import type { Call } from '../../../ports.ts'
import type { Session } from '../session.ts'

/** `VALID UNTIL` stands this much after the end: a second net, for when all of Curfew is gone. */
export const NET_MS = 15 * 60_000

/** The server's clock was read before what is left was measured, so the deadline can only be early. */
export const serverTime = (session: Session, call: Call): { left: number; deadline: string } => {
  const left = call.left()
  return { left, deadline: iso(session.serverAt + Math.max(0, left)) }
}

/** When the server is to refuse the login by itself. */
export const netAt = (session: Session, call: Call): string => {
  if (call.endsAt === undefined) throw new Error('a login is made without an end')
  const untilEnd = call.left() + (call.endsAt - call.notAfter)
  return iso(session.serverAt + untilEnd + NET_MS)
}

const iso = (at: number): string => new Date(at).toISOString()
