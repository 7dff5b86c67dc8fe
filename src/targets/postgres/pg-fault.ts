/**
 * The one translator of what `pg` throws into faults, called by `session.ts` alone. A message says what happened in
 * our own words: the server's text, the URL and values never stand in it.
 */
import { DatabaseError } from 'pg'
import { Fault, type FaultKind } from '../../domain/fault.ts'

/** How far a connection got: what was only read cannot have landed. */
type Phase = 'connecting' | 'reading' | 'writing'

/** Raised by our own statement when its deadline has passed; the transaction is rolled back. */
export const TOO_LATE = 'CF001'

/** Raised by the functions of the recipe: the login of a grant was closed, and nothing opens it again. */
export const CLOSED = 'CF002'
/** Raised by them: what was asked for is no login of ours. */
export const NOT_OURS = 'CF003'

/** Also where a login or a database has a limit of its own. */
const FULL = '53300'

type Meaning = readonly [FaultKind, string]

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  [TOO_LATE]: ['retry', 'the time for this try had passed, so nothing was given'],
  [CLOSED]: ['permanent', 'the login of this grant is closed or gone'],
  [NOT_OURS]: ['permanent', 'this is no login of ours'],
  '42710': ['permanent', 'a role of this name is there already'],
  '3F000': ['permanent', "Curfew's functions are not in this database; run the recipe here"],
  '42883': ['permanent', "Curfew's functions are not in this database; run the recipe here"],
  '28P01': ['permanent', "the server refused the bot's password"],
  '28000': ['permanent', "the server refused the bot's login"],
  '3D000': ['permanent', 'the database does not exist'],
  '42501': ['permanent', 'the bot is not allowed to do this; the recipe is incomplete or was undone'],
  P0002: ['permanent', 'the role or the login does not exist any more'],
  '0LP01': ['permanent', 'the role is itself a member of the account'],
  '25006': ['retry', 'the server takes no changes at present'],
  '57P03': ['retry', 'the server is starting or stopping'],
  [FULL]: ['retry', 'the server has no free connection'],
  '40001': ['retry', 'another transaction was in the way'],
  '40P01': ['retry', 'another transaction was in the way'],
  '55P03': ['retry', 'another transaction held the lock for too long'],
  '57014': ['retry', 'the statement took too long'],
  ECONNREFUSED: ['retry', 'the server cannot be reached'],
  ENOENT: ['retry', 'the server cannot be reached'],
  ENOTFOUND: ['retry', "the server's name cannot be resolved"],
  EAI_AGAIN: ['retry', "the server's name cannot be resolved"],
}

/** The session ended: 57P01 by an administrator, 57P02 by a crash, 08 on the way. */
const LOST = /^(57P0[1245]|08)/

/**
 * An error as a fault. An answer with an error code means that the transaction was rolled back; anything else
 * while writing may have landed.
 */
export const toFault = (thrown: unknown, phase: Phase): Fault => {
  if (thrown instanceof Fault) return thrown
  const code = codeOf(thrown)
  const known = BY_CODE[code]
  if (known !== undefined) return new Fault(known[0], known[1], { cause: thrown })
  const answered = thrown instanceof DatabaseError && !LOST.test(code)
  if (answered) return new Fault('retry', `the server answered with error ${code}`, { cause: thrown })
  if (phase === 'writing')
    return new Fault('unknown', 'the connection was lost before the server answered', { cause: thrown })
  const where = phase === 'connecting' ? 'the server cannot be reached' : 'the connection was lost'
  return new Fault('retry', where, { cause: thrown })
}

/** Whether the server had no connection left for us. */
export const isFull = (fault: unknown): boolean => fault instanceof Fault && codeOf(fault.cause) === FULL

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
