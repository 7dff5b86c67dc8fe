/**
 * Trigger ids of the local Slack: each gesture issues one, which opens one modal for that person within three
 * seconds. https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses
 */
import { randomBytes } from 'node:crypto'
import { ApiError } from './api-error.ts'
import { TRIGGER_MS } from './limits.ts'

export interface Trigger {
  readonly user: string
  /** The modal in which the gesture was made. */
  readonly view?: string
}

export interface Triggers {
  issueTrigger(trigger: Trigger): string
  /** Refuses with `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`; does not use it up. */
  readTrigger(id: string): Trigger
  spendTrigger(id: string): void
}

/** `now`: ms since 1970. */
export const createTriggers = (now: () => number): Triggers => {
  const issued = new Map<string, { trigger: Trigger; until: number; spent: boolean }>()
  return {
    issueTrigger: (trigger) => {
      const id = `${Math.floor(now())}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`
      issued.set(id, { trigger, until: now() + TRIGGER_MS, spent: false })
      return id
    },
    readTrigger: (id) => {
      const found = issued.get(id)
      if (!found) throw new ApiError('invalid_trigger_id')
      if (found.spent) throw new ApiError('exchanged_trigger_id')
      if (now() >= found.until) throw new ApiError('expired_trigger_id')
      return found.trigger
    },
    spendTrigger: (id) => {
      const found = issued.get(id)
      if (found) found.spent = true
    },
  }
}
