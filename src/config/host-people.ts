/**
 * Who may log in on Curfew's own host, as a source of people. No directory vouches for them: such a name is somebody only
 * where `people:` says who, and every installation has them, so they are no plug-in.
 */
import type { Directory, DirectoryKind } from '../ports.ts'

/** The system part of their references: `host:ana`. */
const SYSTEM = 'host'
const NAME = /^[\p{L}\p{N}_][^\s:/]{0,79}$/u

/** Somebody by the name that the operating system has for them. */
export const hostRef = (user: string): string => `${SYSTEM}:${user}`

export const hostPeople: DirectoryKind = {
  kind: SYSTEM,
  fromEnv: () => ({ settings: {} }),
  classify: (id) => (NAME.test(id) ? 'person' : undefined),
  connect: (): Directory => ({
    person: async (ref) => {
      const [, name = ''] = /^host:(.+)$/.exec(ref) ?? []
      if (!NAME.test(name)) return undefined
      return { ref, identity: ref, name: `${name} (on the host)`, standing: 'local' }
    },
    members: async () => [],
    forget: () => undefined,
    close: async () => undefined,
  }),
}
