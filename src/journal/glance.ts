/** The journal in numbers, for whoever watches: sizes that the commits keep, and what should be over and is not. */
import { TROUBLED_AFTER_MS } from '../domain/limits.ts'
import type { Glance, Lane } from '../ports.ts'
import type { Doubts } from './doubts.ts'
import { dueName, HEAD, JOURNAL } from './keys.ts'
import type { Link } from './link.ts'
import type { Memory } from './memory.ts'

const UNENDED: readonly Lane[] = ['state:giving', 'state:active', 'state:ending']
const SIZE = 'due:'

type Reply = [status: number[], head: string[], late: number, first: number | null]

export const openGlance = (link: Link, doubts: Doubts, memory: Memory) => async (): Promise<Glance> => {
  const [reply, memoryShare] = await Promise.all([
    link.run(
      'glance',
      [HEAD, JOURNAL, ...UNENDED.map(dueName)],
      [JSON.stringify(UNENDED), String(TROUBLED_AFTER_MS)],
      'write',
    ),
    memory.share(),
  ])
  const [status, head, late, nextEndAt] = reply as Reply
  doubts.see(status)
  const [now = 0, time = 0] = status
  return { now, time, lanes: readSizes(head), late, nextEndAt, memoryShare }
}

/** Fields and values in turn. */
const readSizes = (flat: readonly string[]): Glance['lanes'] => {
  const sizes = new Map<Lane, number>()
  for (let i = 0; i < flat.length; i += 2) {
    const [field = '', size] = flat.slice(i, i + 2)
    if (field.startsWith(SIZE)) sizes.set(field.slice(SIZE.length) as Lane, Number(size))
  }
  return sizes
}
