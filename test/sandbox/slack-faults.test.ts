import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api'
import { expect, test } from 'vitest'
import { DBA, errorOf, startAcme } from './slack-fixture.ts'

const start = async () => {
  const { slack, client } = await startAcme()
  const post = (text = 'x') => client.chat.postMessage({ channel: DBA, text })
  const texts = () => slack.messages('dba').map(({ text }) => text)
  return { slack, client, post, texts }
}

test('429 names its seconds, as often as asked for, and only for its method', async () => {
  const { slack, client, post, texts } = await start()
  slack.failCalls('chat.postMessage', { does: 'limit', retryAfterS: 7 }, { times: 2 })
  for (const _ of [1, 2]) {
    const refused = await post().catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(WebAPIRateLimitedError)
    expect(refused).toMatchObject({ retryAfter: 7 })
  }
  expect(await errorOf(client.auth.test())).toBe('ok')
  await post('third')
  expect(texts()).toEqual(['third'])
})

test('429 without a header, and 500', async () => {
  const { slack, post, texts } = await start()
  const bare = slack.failCalls('*', { does: 'limit' })
  await expect(post()).rejects.toThrow(/Retry-After|retry/i)
  bare.off()
  slack.failCalls('*', { does: 'status', status: 500 }, { times: 1 })
  const refused = await post().catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(WebAPIHTTPError)
  expect(refused).toMatchObject({ statusCode: 500 })
  expect(texts()).toEqual([])
  expect(bare.hits()).toBe(1)
})

test('a vendor error by name', async () => {
  const { slack, client } = await start()
  slack.failCalls('auth.test', { does: 'refuse', error: 'account_inactive' })
  expect(await errorOf(client.auth.test())).toBe('account_inactive')
  slack.stopFailing()
  expect(await errorOf(client.auth.test())).toBe('ok')
})

test('a connection that breaks before the message was taken, and one after', async () => {
  const { slack, post, texts } = await start()
  slack.failCalls('chat.postMessage', { does: 'reset' }, { times: 1 })
  slack.failCalls('chat.postMessage', { does: 'accept then reset' }, { times: 1 })
  await expect(post('lost')).rejects.toBeInstanceOf(WebAPIRequestError)
  await expect(post('kept')).rejects.toBeInstanceOf(WebAPIRequestError)
  expect(texts()).toEqual(['kept'])
  expect(slack.calls('chat.postMessage').map(({ outcome }) => outcome)).toEqual([
    'reset',
    'accept then reset',
  ])
})

test('no answer until it is released', async () => {
  const { slack, post, texts } = await start()
  const held = slack.failCalls('chat.postMessage', { does: 'hang' })
  const posting = post('late')
  await slack.waitFor(() => held.hits() === 1)
  expect(texts()).toEqual([])
  held.release()
  expect(await posting).toMatchObject({ ok: true })
  expect(texts()).toEqual(['late'])
})

test('taken, and no answer ever', async () => {
  const { slack, post, texts } = await start()
  slack.failCalls('chat.postMessage', { does: 'accept then hang' })
  const posting = post('taken').catch((thrown: unknown) => thrown)
  await slack.waitFor(() => texts().length === 1)
  await slack.stop()
  expect(await posting).toBeInstanceOf(WebAPIRequestError)
})

test('a failure only where it is wanted', async () => {
  const { slack, client, post } = await start()
  const { id } = slack.addChannel({ name: 'ops' })
  slack.failCalls(
    'chat.postMessage',
    { does: 'refuse', error: 'fatal_error' },
    { when: (args) => args.channel === id },
  )
  expect(await errorOf(post())).toBe('ok')
  expect(await errorOf(client.chat.postMessage({ channel: id, text: 'x' }))).toBe('fatal_error')
})

test('the real rate limits, when asked for: a burst, then one a second and channel', async () => {
  let now = 1_800_000_000_000
  const { slack, client } = await startAcme({ rateLimits: true, now: () => now })
  const { id } = slack.addChannel({ name: 'ops' })
  const post = (channel: string) =>
    client.chat.postMessage({ channel, text: 'x' }).then(
      () => 0,
      (thrown: { retryAfter: number }) => thrown.retryAfter,
    )
  expect([await post(DBA), await post(DBA), await post(DBA), await post(DBA)]).toEqual([0, 0, 0, 1])
  expect(await post(id)).toBe(0)
  now += 1_000
  expect([await post(DBA), await post(DBA)]).toEqual([0, 1])
})

test('waiting sees a change, gives up by name, and ends with the local Slack', async () => {
  const { slack, post } = await start()
  const seen = slack.waitFor(() => slack.messages('dba').find(({ text }) => text === 'here'))
  await post('here')
  expect(await seen).toMatchObject({ text: 'here' })
  await expect(slack.waitFor(() => false, { timeoutMs: 1, what: 'never' })).rejects.toThrow('1 ms: never')
  const waiting = slack.waitFor(() => false)
  await Promise.all([expect(waiting).rejects.toThrow('stopped'), slack.stop()])
})
