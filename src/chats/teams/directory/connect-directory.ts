/**
 * Microsoft Teams as a directory, at most a minute old: by Microsoft Graph where the bot's registration was given the right,
 * else by the rosters of the teams it is in. Asked for facts; only reads.
 */
import { shareLookups } from '../../../infra/share-lookups.ts'
import type { Directory, DirectoryPerson, DirectoryTools } from '../../../ports.ts'
import { createConnector } from '../connector.ts'
import { createTokens } from '../fetch-token.ts'
import { openPersonalChats } from '../post-messages.ts'
import { createGraph, graphStatusOf } from './ask-graph.ts'
import { classify, readGroupId } from './classify.ts'
import { lookInGraph } from './look-in-graph.ts'
import { lookInRosters } from './look-in-rosters.ts'
import type { DirectorySettings } from './settings.ts'

/** Less than a minute: a roster may have been read some seconds before. */
const KEPT = { keepMs: 55_000, max: 10_000 }
/** How long a refusal of Graph to show people counts, ms: rights that are given later are found. */
const DENIED_MS = 10 * 60_000

const nativeId = (ref: string): string => ref.replace(/^teams:/, '')
/** A native id, or an address in lower case. */
const keyOf = (ref: string): string => (ref.startsWith('teams:') ? nativeId(ref) : ref.toLowerCase())
/** Ids of conversations have a sign of their own. */
const isAddress = (key: string): boolean => key.includes('@') && !key.includes('@thread.')

/** Connects lazily. Faults: retry while Microsoft cannot be asked, permanent for a refused secret or an unknown group. */
export const connectDirectory = (settings: DirectorySettings, tools: DirectoryTools): Directory => {
  const { log, clock, channels } = tools
  const { tenantId, cloud, graphUrl } = settings
  const token = createTokens(settings, clock)
  const connector = createConnector({ token, scope: cloud.scope, serviceUrl: () => cloud.serviceUrl })
  const openPersonal = openPersonalChats({ connector, settings })
  const graph = lookInGraph(createGraph(graphUrl, token), tenantId)
  const rosters = lookInRosters({
    connector,
    clock,
    tenantId,
    channels,
    openPersonal: (oid) => openPersonal(oid, { signal: closing.signal }),
  })
  const closing = new AbortController()
  const people = shareLookups<DirectoryPerson | undefined>(clock, KEPT)
  // A group that is not there, asked for again and again, must not use up what others may ask.
  const groups = shareLookups<readonly string[]>(clock, { ...KEPT, keepRefusedMs: KEPT.keepMs })
  let deniedUntilMs = Number.NEGATIVE_INFINITY

  const byGraph = async <T>(ask: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> => {
    if (clock.monotonicMs() < deniedUntilMs) return otherwise()
    try {
      return await ask()
    } catch (fault) {
      if (graphStatusOf(fault) !== 403) throw fault
      deniedUntilMs = clock.monotonicMs() + DENIED_MS
      log.info(
        { needs: 'User.Read.All' },
        'Graph shows no people: they are looked up in the rosters of teams',
      )
      return otherwise()
    }
  }

  const look = async (key: string): Promise<DirectoryPerson | undefined> => {
    if (isAddress(key))
      return byGraph(
        () => graph.byAddress(key),
        () => rosters.byAddress(key),
      )
    return classify(key) === 'person'
      ? byGraph(
          () => graph.person(key),
          () => rosters.person(key),
        )
      : undefined
  }

  const membersOf = async (id: string): Promise<readonly string[]> => {
    const group = readGroupId(id)
    if (group === undefined) return []
    return 'team' in group ? rosters.members(group.team) : graph.members(group.entra)
  }

  return {
    person: (ref, call) => people.ask(keyOf(ref), () => look(keyOf(ref)), call.signal),
    members: (group, call) => groups.ask(nativeId(group), () => membersOf(nativeId(group)), call.signal),
    forget: (ref) => {
      const gone = keyOf(ref)
      groups.forget((key) => key === gone)
      rosters.forget()
      // An answer by address is about somebody, too.
      people.forget(
        (key, person) =>
          key === gone || (isAddress(key) && (person === 'on its way' || person?.ref === `teams:${gone}`)),
      )
    },
    close: async () => closing.abort(),
  }
}
