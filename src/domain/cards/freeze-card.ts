/** What the audit channels read when Curfew is frozen or thawed: one line. */
import type { FreezeEvent } from '../freeze.ts'
import { bold, type Card, person, plain } from './card.ts'

/** `reason` as text; may be empty. */
export const drawFreeze = ({ type, by }: FreezeEvent, reason: string): Card => {
  const spans =
    type === 'thawed'
      ? [bold('Thawed'), plain(' by '), person(by), plain(': access is given again as policies say.')]
      : [
          bold('Frozen'),
          plain(' by '),
          person(by),
          plain(': nothing new is given, and all that runs ends as agreed.'),
          plain(reason === '' ? '' : ` Reason: ${reason}`),
        ]
  return { title: '', summary: spans, parts: [{ part: 'text', spans }] }
}
