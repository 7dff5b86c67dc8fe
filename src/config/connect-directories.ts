/** The sources of people that a config has, connected, and what their references name. */
import type { Directory, Tools } from '../ports.ts'
import type { Config } from './config.ts'
import { hostPeople } from './host-people.ts'
import type { Kinds } from './kinds.ts'

/** By the system part of their references; who is on the host itself is always among them. Connects lazily. */
export const connectDirectories = (
  config: Pick<Config, 'directories'>,
  kinds: Kinds,
  tools: Tools,
): ReadonlyMap<string, Directory> =>
  new Map([
    [hostPeople.kind, hostPeople.connect({}, tools)],
    ...config.directories.flatMap(({ kind, settings }) => {
      const found = kinds.directories.find((one) => one.kind === kind)
      return found === undefined ? [] : [[kind, found.connect(settings, tools)] as const]
    }),
  ])

/** Whether a native reference names a group, by its form alone. */
export const isGroup = (kinds: Kinds, reference: string): boolean => {
  const at = reference.indexOf(':')
  const kind = kinds.directories.find((one) => one.kind === reference.slice(0, at))
  return kind?.classify(reference.slice(at + 1)) === 'group'
}
