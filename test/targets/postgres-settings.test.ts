/** What an operator may write about a PostgreSQL target, and what is refused with a sentence that shows no secret. */
import { describe, expect, it } from 'vitest'
import { postgres } from '../../src/targets/postgres/index.ts'
import { ordersSettings } from '../fixtures/postgres.ts'

const URL_OF = 'postgresql://curfew_bot:hunter2secret@DB.acme.test/orders'
const good = ordersSettings(URL_OF)

const problems = (change: object): string => {
  const parsed = postgres.settings.safeParse({ ...good, ...change })
  return parsed.success
    ? ''
    : parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message} ${hintOf(one)}`).join('\n')
}
/** What would help, where the message alone does not say it. */
const hintOf = (issue: object): string =>
  'params' in issue ? ((issue.params as { hint?: string }).hint ?? '') : ''
const roles = (role: object) => ({ roles: { readonly: role } })

describe('settings', () => {
  it('fill in what is left out', () => {
    const parsed = postgres.settings.parse(good)
    expect(parsed).toEqual({ ...good, handlePrefix: 'curfew_' })
    const target = (change: object) =>
      postgres.connect('it', postgres.settings.parse({ ...good, ...change }), { log: never, clock: never })
    expect(target({}).traits.provisionWithinMs).toBe(15 * 60_000)
    expect(target({ provisionWithin: '2m' }).traits.provisionWithinMs).toBe(120_000)
  })

  it.each([
    ['an unknown key', { colour: 'red' }, /colour/],
    ['an unknown key of a role', roles({ memberOf: 'orders_reader', member: 'x' }), /member/],
    ['no member', roles({}), /roles.readonly.memberOf/],
    ['a URL of something else', { url: 'https://a:b@c/d' }, /url: must look like/],
    ['a URL that is none', { url: 'hunter2secret' }, /url: must look like/],
    ['no login in the URL', { url: 'postgresql://db/orders' }, /url: must look like/],
    ['no database in the URL', { url: 'postgresql://a:b@db' }, /url: must look like/],
    [
      'a duration that is none',
      { provisionWithin: 'soon' },
      /provisionWithin: “soon” is not a duration. Say/,
    ],
    [
      'a number without a unit',
      { provisionWithin: 90_000 },
      /provisionWithin: “90000” is not a duration. Say/,
    ],
    ['a prefix that could be anything', { handlePrefix: 'x' }, /handlePrefix: .*_ at the end/],
    ['everybody as a role', roles({ memberOf: 'public' }), /is not a role/],
    ['a name with a line break', roles({ memberOf: 'a\nb' }), /control characters/],
    ['a name that PostgreSQL would cut', roles({ memberOf: 'é'.repeat(32) }), /longer than 63 bytes/],
    ['a name that is cut with our prefix', roles({ memberOf: 'a'.repeat(60) }), /longer than 63 bytes/],
    ["the bot's login as our role", roles({ memberOf: 'bot' }), /curfew_bot is the bot's own login/],
    ['our own role as a role', roles({ memberOf: 'curfew_orders_reader' }), /only Curfew uses/],
  ])('refuse %s', (_, change, says) => {
    expect(problems(change)).toMatch(says)
    expect(problems(change)).not.toContain('hunter2secret')
  })

  it('make equal hints of what would be the same seat, in whichever database', () => {
    const hints = (change: object) => postgres.seatHints(postgres.settings.parse({ ...good, ...change }))
    const expected = {
      readonly: 'postgres/db.acme.test:5432/curfew_orders_reader',
      writer: 'postgres/db.acme.test:5432/curfew_orders_writer',
    }
    expect(hints({})).toEqual(expected)
    expect(hints({ url: 'postgres://other:pw@db.acme.test:5432/billing' })).toEqual(expected)
    expect(hints({ url: 'postgres://other:pw@db.acme.test:5433/orders' })).not.toEqual(expected)
    expect(hints({ handlePrefix: 'second_' }).readonly).toMatch(/second_orders_reader$/)
  })
})

const never = undefined as never
