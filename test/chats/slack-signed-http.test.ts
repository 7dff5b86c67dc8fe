/** What only signed HTTP has to stand: forged and stale signatures, and proxies that rewrite a header. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWorld, type World } from './slack-world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld({ by: 'http' })
})
afterEach(() => world.stop())

it('a command is answered when a proxy appended a charset', async () => {
  const contentType = 'application/x-www-form-urlencoded; charset=UTF-8'
  const answered = await world.slack.slashCommand({ user: 'ana', text: 'mine', contentType })
  expect([answered.status, world.slack.ephemeral('ana').map(({ text }) => text)]).toEqual([
    200,
    ['heard mine'],
  ])
})

describe('what is not from Slack, or not from now', () => {
  const nowS = () => Math.floor(Date.now() / 1_000)

  it.each([
    ['another secret', () => ({ secret: 'not the secret' })],
    ['a broken signature', () => ({ signature: 'v0=00' })],
    ['no signature at all', () => ({ signature: '' })],
    ['a timestamp of six minutes ago', () => ({ timestampS: nowS() - 360 })],
    ['a timestamp of six minutes ahead', () => ({ timestampS: nowS() + 360 })],
    ['a timestamp of next year', () => ({ timestampS: nowS() + 31_536_000 })],
  ])('is refused with 401: %s', async (_, hostile) => {
    const answered = await world.slack.slashCommand({ user: 'ana', text: 'mine', ...hostile() })
    expect(answered.status).toBe(401)
    await world.sendCard('dbas')
    const pressed = await world.slack.pressButton({
      user: 'bob',
      channel: 'dbas',
      label: 'Approve',
      ...hostile(),
    })
    expect(pressed.status).toBe(401)
    expect(world.gestures).toEqual([])
  })

  it('is let pass when the clocks differ by four minutes', async () => {
    for (const timestampS of [nowS() - 240, nowS() + 240]) {
      const answered = await world.slack.slashCommand({ user: 'ana', text: 'mine', timestampS })
      expect(answered.status).toBe(200)
    }
    expect(world.gestures).toHaveLength(2)
  })
})
