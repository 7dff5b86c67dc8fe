/**
 * Names of the journal's keys. All share one hash tag, so that a script may touch any of them on a Redis Cluster.
 * The same names are built in `lua/common.lua`.
 */
import type { Lane, RecordKey } from '../ports.ts'

const P = '{curfew}:'

/** n, at (the last commit), live (how many), `due:<lane>` (how many). */
export const HEAD = `${P}head`
/** Stream of entries, ids `<n>-0`. */
export const JOURNAL = `${P}journal`
/** Set of the keys of records that are not closed. */
export const LIVE = `${P}live`
/** Written only to learn that everything before it is durable. */
export const TOUCHED = `${P}durable`
/** n, seal, at: how far the journal is sealed; from, fromSeal, signed: where it begins since older entries have left. */
export const SEAL = `${P}seal`
/** Where the chains of records go on whose older entries have left. */
export const BASES = `${P}bases`
/** There while a restore fills an empty Redis, and when it was cut short. */
export const RESTORING = `${P}restoring`
/** n, at, trouble: how far the mirror is. */
export const MIRROR = `${P}mirror`
/** Who seals at present, for a few seconds: it saves double work, and nothing relies on it. */
export const SEALER = `${P}sealer`

/** Entries whose short seals stand in one string. */
export const SEALS_IN_A_KEY = 1_000
/** Where the short seal of this entry stands. */
export const sealsName = (n: number): string => `${P}seals:${Math.floor(n / SEALS_IN_A_KEY)}`
export const recordName = (key: RecordKey): string => `${P}${key}`
export const numbersName = (key: RecordKey): string => `${P}n:${key}`
export const textsName = (key: RecordKey): string => `${P}text:${key}`
export const dueName = (lane: Lane): string => `${P}due:${lane}`
export const setName = (set: string): string => `${P}set:${set}`
export const gestureName = (id: string): string => `${P}g:${id}`

/** Whether a journal is made of it; not so what alarms, gestures and whoever seals leave behind. */
export const isJournalKey = (name: string): boolean =>
  /^\{curfew\}:(head|journal|live|seal|seals:|bases|restoring|mirror|n:|text:|due:|set:|[a-z]:)/.test(name) &&
  !name.startsWith(`${P}g:`) &&
  name !== SEALER

/** Matches every record, for SCAN. */
export const RECORDS_PATTERN = `${P}[rsadmctufo]:*`
export const keyOfRecordName = (name: string): RecordKey => name.slice(P.length) as RecordKey
