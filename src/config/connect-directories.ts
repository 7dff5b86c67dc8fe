/** The sources of people that a config has, connected, and what their references name. */
import { channelsIn } from '../domain/channels-in.ts'
import { splitNative } from '../domain/reference.ts'
import type { Rules } from '../domain/rules.ts'
import type { Directory, DirectoryKind, Tools } from '../ports.ts'
import type { Config } from './config.ts'
import { hostPeople } from './host-people.ts'
import type { Kinds } from './kinds.ts'

type Naming = Pick<Rules, 'policies' | 'auditChannels' | 'digests'>

/**
 * By the system part of their references; who is on the host itself is always among them. Connects lazily. `rules` are
 * those of the moment.
 */
export const connectDirectories = (
  config: Pick<Config, 'directories'>,
  kinds: Kinds,
  tools: Tools & { rules(): Naming },
): ReadonlyMap<string, Directory> => {
  const { rules, ...others } = tools
  const connect = <S>(kind: DirectoryKind<S>, settings: S): readonly [string, Directory] => [
    kind.kind,
    kind.connect(settings, { ...others, channels: () => channelsIn(kind.kind, rules()) }),
  ]
  return new Map([
    connect(hostPeople, {}),
    ...config.directories.flatMap(({ kind, settings }) => {
      const found = kinds.directories.find((one) => one.kind === kind)
      return found === undefined ? [] : [connect(found, settings)]
    }),
  ])
}

/** What a native reference names, by its form alone. */
export const classify = (kinds: Kinds, reference: string): ReturnType<DirectoryKind['classify']> => {
  const [system, id] = splitNative(reference)
  return kinds.directories.find(({ kind }) => kind === system)?.classify(id)
}
