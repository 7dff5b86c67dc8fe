/** The ports with somebody looking on: the same answers and the same faults, each call told to `around`. */
import { Fault } from '../../domain/fault.ts'
import type { Instant, RequestId } from '../../domain/model.ts'
import { isRefusal } from '../../domain/refusal.ts'
import type { Call, Change, Chat, Committed, Journal, Target } from '../../ports.ts'
import type { Around } from './operation.ts'

/** What the journal did, once it is certain. */
export interface JournalListener {
  committed(entries: Change['entries']): void
  /** What is due was looked up, at this time of Redis. */
  swept(now: Instant): void
}

export const observeJournal = <J extends Journal>(
  journal: J,
  around: Around,
  { committed, swept }: JournalListener,
): J => ({
  ...journal,
  commit: async (change) => {
    const operation = {
      part: 'journal',
      name: 'redis',
      does: 'commit',
      outcome: kindOf,
      ...about(change),
    } as const
    const answer = await around(operation, () => journal.commit(change))
    if (answer.kind === 'ok') committed(change.entries)
    return answer
  },
  claimDue: async (lanes) => {
    const found = await journal.claimDue(lanes)
    swept(found.now)
    return found
  },
})

const kindOf = (answer: unknown): string => (answer as Committed).kind

/** The request that a change is about, if it is. */
const about = ({ entries }: Change): { request?: RequestId; begins?: boolean } => {
  const entry = entries.find(({ record }) => record.startsWith('r:'))
  if (entry === undefined) return {}
  return { request: entry.record.slice('r:'.length) as RequestId, begins: entry.v === 1 }
}

export const observeTarget = (target: Target, name: string, around: Around): Target => {
  const operation = (does: string) => ({ part: 'target', name, does }) as const
  const { reveal } = target
  return {
    ...target,
    fingerprint: (call) => around(operation('fingerprint'), () => answered(call, target.fingerprint(call))),
    resolve: (ask, call) =>
      around({ ...operation('resolve'), request: ask.request, outcome: refusedOr }, () =>
        answered(call, target.resolve(ask, call)),
      ),
    grant: (access, call) =>
      around({ ...operation('grant'), seat: access.seat }, () => answered(call, target.grant(access, call))),
    revoke: (access, call) =>
      around({ ...operation('revoke'), seat: access.seat }, () =>
        answered(call, target.revoke(access, call)),
      ),
    inspect: (access, call) =>
      around({ ...operation('inspect'), seat: access.seat }, () =>
        answered(call, target.inspect(access, call)),
      ),
    ...(reveal && {
      reveal: (access, call) =>
        around({ ...operation('reveal'), seat: access.seat }, () => answered(call, reveal(access, call))),
    }),
  }
}

const refusedOr = (answer: unknown): string => (isRefusal(answer) ? 'refused' : 'ok')

export const observeChat = (chat: Chat, name: string, around: Around): Chat => {
  const operation = (does: string) => ({ part: 'chat', name, does }) as const
  return {
    ...chat,
    send: (to, card, key, call) =>
      around(operation('send'), () => answered(call, chat.send(to, card, key, call))),
    update: (place, at, card, call) =>
      around(operation('update'), () => answered(call, chat.update(place, at, card, call))),
    find: (to, key, since, call) =>
      around(operation('find'), () => answered(call, chat.find(to, key, since, call))),
    showHome: (person, card, call) =>
      around(operation('home'), () => answered(call, chat.showHome(person, card, call))),
  }
}

/** Whoever called has given up by then: what still comes is nobody's answer. */
const answered = <T>({ signal }: Call, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Fault('unknown', 'no answer in time'))
    signal.addEventListener('abort', giveUp, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
