/**
 * Messages for one person: in the conversation they wrote in, seen by nobody else, or where Teams does not take such a one,
 * in the chat with Curfew itself. Called while a gesture is answered; nothing is retried here.
 * https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages
 */
import { z } from 'zod'
import { Fault } from '../../domain/fault.ts'
import type { PostedAt } from '../../domain/model.ts'
import type { Origin } from './activity.ts'
import { CALL_MS, type Connector, read } from './connector.ts'
import type { OpenPersonal } from './post-messages.ts'
import type { Element } from './render-spans.ts'

const named = z.object({ id: z.string().min(1) })

/** Sends a message that nobody else reads. Rejects with a fault. */
export type Reply = (to: Origin, message: Element) => Promise<PostedAt>

export const createReply = (connector: Connector, openPersonal: OpenPersonal): Reply => {
  const post = async (conversation: string, message: object, isTargeted: boolean): Promise<PostedAt> => {
    const errand = { writes: true, about: conversation }
    const answer = await connector({
      ...errand,
      method: 'POST',
      path: ['conversations', conversation, 'activities'],
      ...(isTargeted && { query: { isTargetedActivity: 'true' } }),
      body: message,
    })
    return { channel: conversation, id: read(named, answer, errand).id }
  }

  return async ({ conversation, isPersonal, mri, oid }, message) => {
    if (isPersonal) return post(conversation, message, false)
    try {
      const recipient = { id: mri, aadObjectId: oid, isTargeted: true }
      return await post(conversation, { ...message, recipient }, true)
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.kind !== 'permanent') throw thrown
      return post(await openPersonal(oid, { signal: AbortSignal.timeout(CALL_MS) }), message, false)
    }
  }
}
