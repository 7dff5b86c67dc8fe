/** The mirror, read as the journal that it is. */
import { Fault } from '../domain/fault.ts'
import type { Archive } from '../ports.ts'
import type { Mirror, MirrorLine, Unreadable } from './mirror.ts'
import { entryOf } from './read-histories.ts'
import { rowOf } from './verify-mirror.ts'

export const openArchive = (mirror: Mirror): Archive => ({
  entries: async function* () {
    for await (const page of mirror.read()) yield page.map(mustBeEntry)
  },
  texts: () => mirror.texts(),
})

const mustBeEntry = (line: MirrorLine | Unreadable) => {
  const entry = 'unreadable' in line ? undefined : entryOf(rowOf(line))
  if (entry !== undefined) return entry
  const where = 'unreadable' in line ? line.unreadable : `entry ${line.n}`
  throw new Fault('permanent', `${where} in the mirror cannot be read: it was changed`)
}
