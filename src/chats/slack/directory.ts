/**
 * Slack as a directory: who somebody is and who is in a user group, at most a minute old. Asked for facts;
 * only reads.
 */
import { limitCalls } from '../../infra/limit-calls.ts'
import { shareLookups } from '../../infra/share-lookups.ts'
import type { Call, Directory, DirectoryPerson, Tools } from '../../ports.ts'
import { type Installation, readInstallation } from './installation.ts'
import { readUser } from './read-user.ts'
import type { SlackSettings } from './settings.ts'
import { slackErrorOf, translate } from './to-fault.ts'
import { createApi } from './web-client.ts'

/** `usergroups.*` are of tier 2, 20 a minute (docs.slack.dev, rate limits); a second more, as calls travel unevenly. */
const GROUPS_LIMIT = { most: 20, withinMs: 61_000 }
const KEPT = { keepMs: 60_000, max: 10_000 }
/** Errors that mean: nobody by that reference. */
const NOBODY = new Set(['user_not_found', 'users_not_found', 'user_not_visible'])

const nativeId = (ref: string): string => ref.replace(/^slack:/, '')

const keyOf = (ref: string): string => (ref.includes('@') ? ref.toLowerCase() : nativeId(ref))

/** What a native id names, by its first letter (docs.slack.dev calls ids opaque; these prefixes are stable). */
export const classify = (id: string): 'person' | 'group' | 'channel' | undefined => {
  if (/^[UW][A-Z0-9]{2,}$/.test(id)) return 'person'
  if (/^S[A-Z0-9]{2,}$/.test(id)) return 'group'
  return /^[CG][A-Z0-9]{2,}$/.test(id) ? 'channel' : undefined
}

const orNobody = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (fault) {
    if (NOBODY.has(slackErrorOf(fault) ?? '')) return undefined
    throw fault
  }
}

/** Connects lazily. Faults: retry while Slack cannot be asked, permanent for a refused token or an unknown group. */
export const connectDirectory = (settings: SlackSettings, { log, clock }: Tools): Directory => {
  const closing = new AbortController()
  const api = createApi(settings, log)
  const shared = {
    installation: shareLookups<Installation>(clock, { keepMs: Number.POSITIVE_INFINITY, max: 1 }),
    people: shareLookups<DirectoryPerson | undefined>(clock, KEPT),
    // A group that is not there, asked for again and again, must not use up what others may ask.
    groups: shareLookups<readonly string[]>(clock, { ...KEPT, keepRefusedMs: KEPT.keepMs }),
  }
  const inTurn = limitCalls(clock, GROUPS_LIMIT)
  const web = () => api(closing.signal)
  const installed = () => shared.installation.ask('', () => readInstallation(web()))

  const byId = async (id: string): Promise<DirectoryPerson | undefined> => {
    const at = await installed()
    const errand = { writes: false, about: id }
    const answer = await orNobody(translate(errand, () => web().users.info({ user: id })))
    return readUser(answer?.user, at)
  }

  const byEmail = async (email: string): Promise<DirectoryPerson | undefined> => {
    const at = await installed()
    const answer = await orNobody(translate({ writes: false }, () => web().users.lookupByEmail({ email })))
    const person = readUser(answer?.user, at)
    return person?.email === email ? person : undefined
  }

  const membersOf = async (id: string, call: Call): Promise<readonly string[]> => {
    const errand = { writes: false, about: id }
    const answer = await inTurn(call, () =>
      translate(errand, () => web().usergroups.users.list({ usergroup: id })),
    )
    return (answer.users ?? []).map((user) => `slack:${user}`)
  }

  const look = async (key: string): Promise<DirectoryPerson | undefined> => {
    if (key.includes('@')) return byEmail(key)
    return classify(key) === 'person' ? byId(key) : undefined
  }

  return {
    person: (ref, call) => {
      const key = keyOf(ref)
      return shared.people.ask(key, () => look(key), call.signal)
    },
    members: (group, call) => {
      const id = nativeId(group)
      return shared.groups.ask(id, () => membersOf(id, call), call.signal)
    },
    forget: (ref) => {
      const gone = keyOf(ref)
      shared.groups.forget((key) => key === gone)
      // An answer by address is about somebody, too.
      shared.people.forget(
        (key, person) =>
          key === gone || (key.includes('@') && (person === 'on its way' || person?.ref === `slack:${gone}`)),
      )
    },
    close: async () => closing.abort(),
  }
}
