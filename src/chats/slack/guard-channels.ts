/**
 * Refuses channels that people of another organisation read: a request says who has access to what. Asked before
 * anything is posted in a channel; what Slack said counts for a while.
 */
import { Fault } from '../../domain/fault.ts'
import { shareLookups } from '../../infra/share-lookups.ts'
import type { Call, Clock } from '../../ports.ts'
import { translate } from './to-fault.ts'
import type { Api } from './web-client.ts'

const MINUTE_MS = 60_000
/** A channel is hardly ever shared; `conversations.info` is of tier 3. */
const KEPT = { keepMs: 10 * MINUTE_MS, keepRefusedMs: MINUTE_MS, max: 10_000 }

export const sayShared = (named: string): string =>
  `Channel ${named} is refused: it is shared with another organisation, whose people would read every request. Use a channel of your own.`

/** Rejects with a permanent fault for a shared channel, and as Slack does for one that it does not show. */
export type GuardChannel = (channel: string, call: Call) => Promise<void>

export const guardChannels = (api: Api, clock: Clock): GuardChannel => {
  const looked = shareLookups<void>(clock, KEPT)

  const look = async (id: string): Promise<void> => {
    const answer = await translate({ writes: false, about: id }, () =>
      api().conversations.info({ channel: id }),
    )
    const { is_ext_shared, is_pending_ext_shared } = answer.channel ?? {}
    if (is_ext_shared || is_pending_ext_shared) throw new Fault('permanent', sayShared(id))
  }
  return (channel, call) => looked.ask(channel, () => look(channel), call.signal)
}
