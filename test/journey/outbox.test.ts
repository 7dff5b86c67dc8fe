/** Hundreds of messages wait for Slack's rate limits; whoever asks next does not. */
import { expect, it } from 'vitest'
import { fillOutbox } from '../bench/outbox.ts'

const GRANTS = 300
const CARDS = 3
const CARD_MS = 3_000

it(
  '300 grants that end at once delay no approval card, and meet no rate limit',
  { timeout: 180_000 },
  async () => {
    const { behind, cardMs, refused, undelivered } = await fillOutbox(GRANTS, CARDS)
    // Of each: the card, the direct message, the thread.
    expect(behind).toBeGreaterThan(2 * GRANTS)
    expect(cardMs).toHaveLength(CARDS)
    expect(Math.max(...cardMs)).toBeLessThan(CARD_MS)
    expect({ refused, undelivered }).toEqual({ refused: 0, undelivered: [] })
  },
)
