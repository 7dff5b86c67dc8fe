/** What an operator may write about a PostgreSQL target, and what is refused with a sentence that shows no secret. */
import { describe, expect, it } from 'vitest'
import { postgres } from '../../src/targets/postgres/index.ts'
import { parseGrant, showGrant } from '../../src/targets/postgres/login/grants.ts'
import { nameLogin } from '../../src/targets/postgres/login/name.ts'
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
    [
      'two kinds of role in one',
      roles({ memberOf: 'a', login: { memberOf: ['b'] } }),
      /memberOf: stands beside `login:`/,
    ],
    ['a login that may do nothing', roles({ login: {} }), /login: says nothing about what the login may do/],
    ['a login of no role', roles({ login: { memberOf: [] } }), /login.memberOf/],
    ['a login of our own role', roles({ login: { memberOf: ['curfew_x'] } }), /only Curfew uses/],
    ['a login with an unknown key', roles({ login: { grants: ['x'], heir: 'y' } }), /heir/],
    [
      'one own role for two things',
      { roles: { readonly: { login: { memberOf: ['a'] } }, x: { memberOf: 'orders_readonly' } } },
      /x.memberOf: needs the role curfew_orders_readonly, which `readonly` already stands for/,
    ],
    [
      'a name that is too long with the database',
      { roles: { ['r'.repeat(60)]: { login: { memberOf: ['a'] } } } },
      /longer than 63 bytes/,
    ],
    ...Object.entries({
      'GRANT SELECT ON TABLE public.orders': /leave out GRANT and whom it is for: like “SELECT ON ALL/,
      'SELECT ON TABLE public.orders TO ana': /leave out whom it is for/,
      'SELECT ON TABLE public.orders WITH GRANT OPTION': /nobody may give on/,
      'SELECT ON TABLE public.orders; DROP TABLE x': /without “;”/,
      'ALL PRIVILEGES ON TABLE public.orders': /name the privileges one by one/,
      'ALL ON TABLE public.orders': /name the privileges one by one/,
      'SELECT (id) ON TABLE public.orders': /columns and arguments are not understood/,
      'SELECT ON TABLE orders': /needs the schema as well, like “public.orders”/,
      'SELECT ON ALL TABLES IN SCHEMA a.b': /names one schema, without a dot/,
      'USAGE ON SCHEMA a.b': /names one schema, without a dot/,
      'TRIGGER ON TABLE public.orders': /run code as whoever writes/,
      'SELECT, REFERENCES ON TABLE public.orders':
        /REFERENCES is not given here; on a table there is SELECT, INSERT/,
      'SELECT ON SCHEMA public': /on a schema there is USAGE, CREATE/,
      'CREATE ON DATABASE orders': /on a database there is CONNECT, TEMPORARY/,
      'SELECT ON TABLE public."or\nders"': /is not understood/,
      orders_reader: /is not understood; write it like/,
      '': /is not understood/,
    }).map(([text, says]): [string, object, RegExp] => [
      `“${text}”`,
      roles({ login: { grants: [text] } }),
      says,
    ]),
  ])('refuse %s', (_, change, says) => {
    expect(problems(change)).toMatch(says)
    expect(problems(change)).not.toContain('hunter2secret')
  })

  it.each([
    ['SELECT ON ALL TABLES IN SCHEMA public', 'SELECT ON ALL TABLES IN SCHEMA "public"'],
    [' select,insert  on table Public.Orders ', 'SELECT, INSERT ON TABLE "public"."orders"'],
    ['SELECT ON TABLE public . "Or""ders; --"', 'SELECT ON TABLE "public"."Or""ders; --"'],
    ['USAGE, SELECT ON SEQUENCE s.q', 'USAGE, SELECT ON SEQUENCE "s"."q"'],
    ['EXECUTE ON ALL FUNCTIONS IN SCHEMA api', 'EXECUTE ON ALL FUNCTIONS IN SCHEMA "api"'],
    ['CONNECT, TEMP ON DATABASE "Orders"', 'CONNECT, TEMPORARY ON DATABASE "Orders"'],
  ])('understand “%s”', (text, sql) => {
    const parsed = parseGrant(text)
    expect(typeof parsed === 'string' ? parsed : showGrant(parsed)).toBe(sql)
  })

  it('name a login for whom and what it is, within what PostgreSQL keeps', () => {
    const id = '7K3QX9'
    expect(nameLogin('curfew_', 'ana', `R-${id}`)).toBe('curfew_ana_7k3qx9')
    expect(nameLogin('curfew_', 'Jörg-Übel.o"; --', `R-${id}`)).toBe('curfew_jorg_ubel_o_7k3qx9')
    expect(nameLogin('curfew_', '測試', `R-${id}`)).toBe('curfew_login_7k3qx9')
    const prefix = `${'p'.repeat(31)}_`
    const longest = nameLogin(prefix, 'a'.repeat(300), 'R-ABCDEFGHJK')
    expect([longest.length <= 63, longest.startsWith(prefix), longest.endsWith('_abcdefghjk')]).toEqual([
      true,
      true,
      true,
    ])
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
