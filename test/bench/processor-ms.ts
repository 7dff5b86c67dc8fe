/** What a process took of the processor since it began, all threads together, ms. Linux only. */
import { readFileSync } from 'node:fs'

/** Of a clock tick in /proc/PID/stat. */
const TICK_MS = 10

export const processorMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
