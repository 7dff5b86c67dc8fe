import { describe, expect, test } from 'vitest'
import { makeLog } from '../../src/infra/log.ts'

const KEY = 'a-key-with-"quotes"-in-it'
const URL_WITH_PASSWORD = 'vault://bot:p%40ss-word@db.acme.test/orders'

/** A log with its lines at hand. */
const listen = (level = 'debug') => {
  const lines: string[] = []
  const log = makeLog({
    level,
    secrets: [KEY, URL_WITH_PASSWORD, 'on'],
    destination: { write: (line) => void lines.push(line) },
  })
  return { log, lines }
}

describe('the log', () => {
  test('writes one JSON line per event: a constant message, the rest in fields', () => {
    const { log, lines } = listen()
    log.child({ request: 'R-7K3QX9' }).info({ key: 'r:R-7K3QX9' }, 'granted')
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      request: 'R-7K3QX9',
      key: 'r:R-7K3QX9',
      msg: 'granted',
    })
  })

  test('keeps to its level', () => {
    const { log, lines } = listen('warn')
    log.info({}, 'quiet')
    expect(lines).toEqual([])
  })

  test.each([
    ['in a field', { note: KEY }],
    ['deep in a field', { a: { b: [{ c: `x${KEY}y` }] } }],
    ['as a whole URL', { url: URL_WITH_PASSWORD }],
    ['as the password of a URL', { url: 'p%40ss-word' }],
    ['as the password, decoded', { note: 'p@ss-word' }],
    ['in an error', { err: new Error(`cannot connect to ${URL_WITH_PASSWORD}`) }],
    ['in the cause of an error', { err: new Error('no', { cause: new Error(KEY) }) }],
    ['in a field that speaks of it', { options: { password: 'unheard-of' } }],
  ])('shows no secret %s', (_, fields) => {
    const { log, lines } = listen()
    log.error(fields, 'went wrong')
    expect(lines[0]).toContain('[secret]')
    expect(lines[0]).not.toMatch(/a-key-with|quotes|ss-word|unheard-of/)
    expect(() => JSON.parse(lines[0] ?? '')).not.toThrow()
  })

  test('does not black out short words', () => {
    const { log, lines } = listen()
    log.info({}, 'going on')
    expect(lines[0]).toContain('going on')
  })
})
