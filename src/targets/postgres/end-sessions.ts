/**
 * Ends every session of a login. Called after what it may do was taken and committed, so that whoever comes back at once
 * comes back without it.
 */
import { Fault } from '../../domain/fault.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'

/** How long to wait before each look at what is left: most are gone by the first, and a second in all is enough. */
const WAITS_MS = [2, 5, 10, 20, 40, 80, 160, 320, 400]

/** Answers how many there were. Faults `retry` when one did not end in time. */
export const endSessions = async (session: Session, login: number): Promise<number> => {
  // Somebody made a superuser meanwhile cannot be thrown out; the read-back names that.
  const sql = `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL)
    WHERE usesysid = ${login} AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = usesysid AND rolsuper);`
  const asked = await session.write<{ pid: number }>(
    session.version >= OWN_MEMBERSHIPS ? sql : `BEGIN; SET LOCAL ROLE pg_signal_backend; ${sql} COMMIT;`,
  )
  const left = await waitForEnd(session, login, asked)
  if (left > 0)
    throw new Fault('retry', `the role is taken away, but ${left} open sessions did not end in time`)
  return asked.length
}

/** Answers how many are left. The server's own way of waiting for them would look only every 100 ms. */
const waitForEnd = async (
  session: Session,
  login: number,
  asked: readonly { readonly pid: number }[],
): Promise<number> => {
  let left = asked.map(({ pid }) => pid)
  for (const ms of WAITS_MS) {
    if (left.length === 0) break
    await session.read('SELECT pg_sleep($1)', [ms / 1000])
    const found = await session.read<{ pid: number }>(
      'SELECT pid FROM pg_stat_get_activity(NULL) WHERE usesysid = $1 AND pid = ANY($2::int[])',
      [login, left],
    )
    left = found.map(({ pid }) => pid)
  }
  return left.length
}
