/**
 * Loaded into an unchanged bot before its own program (`node --import`): the date of that process is ahead by as many ms as
 * `DATE_AHEAD_MS` says, for it and for its libraries.
 */
import { shiftDate } from './shifted-date.ts'

shiftDate(Number(process.env.DATE_AHEAD_MS ?? 0))
