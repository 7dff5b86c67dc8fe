/** Hundreds of messages wait for Slack's rate limits; whoever asks next does not. */
import { expect, it } from 'vitest'
import { fillOutbox } from '../bench/outbox.ts'

const GRANTS = 300
const CARDS = 3
const CARD_MS = 3_000
/** As many as there are places at once, for posts, redraws and direct messages. */
const REFUSED_MAX = 40

it(
  '300 grants that end at once delay no approval card, and meet hardly a rate limit',
  { timeout: 180_000 },
  async () => {
    const { behind, cardMs, refused, undelivered } = await fillOutbox(GRANTS, CARDS)
    // Of each: the card, the direct message, the thread.
    expect(behind).toBeGreaterThan(2 * GRANTS)
    expect(cardMs).toHaveLength(CARDS)
    expect(Math.max(...cardMs)).toBeLessThan(CARD_MS)
    // Slack says once of each kind of call that it is too much; whatever was under way just then hears it, too.
    expect(refused).toBeLessThanOrEqual(REFUSED_MAX)
    expect(undelivered.length).toBeLessThanOrEqual(refused)
  },
)
