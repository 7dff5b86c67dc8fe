/** Every channel of one chat in which rules have something shown. */
import { splitNative } from './reference.ts'
import type { Rules } from './rules.ts'

type Naming = Pick<Rules, 'policies' | 'auditChannels' | 'digests'>

/** Native ids, each once. */
export const channelsIn = (
  system: string,
  { policies, auditChannels, digests }: Naming,
): readonly string[] => {
  const all = [
    ...policies.flatMap(({ channels }) => channels),
    ...auditChannels,
    ...digests.map(({ channel }) => channel),
  ].map(splitNative)
  return [...new Set(all.filter(([chat]) => chat === system).map(([, id]) => id))]
}
