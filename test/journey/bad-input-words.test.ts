/** What a person reads who typed something that names nothing, or no time: every sentence, through the whole product. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

type Said = readonly [typed: string, reads: string]

const eachSays = (title: string, said: readonly Said[]): void =>
  it.each(
    said.map(([typed, reads]) => ({ typed, reads, short: typed.slice(0, 60) })),
  )(`${title}: $short`, async ({ typed, reads }) => {
    expect(await bench.type('ana', typed)).toBe(`Not done: ${reads}`)
    expect(bench.slack.messages('dbas')).toEqual([])
  })

const DID_YOU_MEAN = 'Did you mean: /jit request orders-db/readonly 1h REASON'
const THERE_IS = 'There is: orders-db/readonly, orders-db/writer'

describe('what does not exist', () => {
  eachSays('a role or a target', [
    [
      'request orders-db/readnly 1h because of INC-42',
      `There is no entitlement “orders-db/readnly”. ${DID_YOU_MEAN}`,
    ],
    [
      'request Orders-DB/READONLY 1h because of INC-42',
      `There is no entitlement “Orders-DB/READONLY”. ${DID_YOU_MEAN}`,
    ],
    ['orders-db/admin', `There is no entitlement “orders-db/admin”. ${DID_YOU_MEAN}`],
    ['orders-db/readonly/all', `There is no entitlement “orders-db/readonly/all”. ${DID_YOU_MEAN}`],
    ['request orders-db 1h', `There is no entitlement “orders-db”. ${DID_YOU_MEAN}`],
    ['request payroll/admin 1h because of INC-42', `There is no entitlement “payroll/admin”. ${THERE_IS}`],
    ['request __proto__/constructor 1h', `There is no entitlement “__proto__/constructor”. ${THERE_IS}`],
    ['request */* 1h', `There is no entitlement “*/*”. ${THERE_IS}`],
  ])

  eachSays('a command', [
    ['requst something', 'Curfew does not know “requst”. Did you mean: /jit request'],
    ['aprove R-7K3QX9', 'Curfew does not know “aprove”. Did you mean: /jit approve'],
    ['sudo', 'Curfew does not know “sudo”. See: /jit help'],
    ['__proto__', 'Curfew does not know “__proto__”. See: /jit help'],
    ['<!channel> hello', 'Curfew does not know “<!channel>”. See: /jit help'],
    [`${'x'.repeat(3_000)} y`, `Curfew does not know “${'x'.repeat(40)}”. See: /jit help`],
    ['request\u202E orders-db/readonly', 'Please say why, in at least 5 characters. Add: because REASON'],
  ])

  const NONE = 'There is no such request. See yours: /jit mine'
  const FORM = 'Ids look like R-7K3QX9; see yours: /jit mine'
  eachSays('an id', [
    ...['status', 'done', 'withdraw', 'approve', 'deny', 'revoke', 'review'].map(
      (verb): Said => [`${verb} R-ZZZZZZ because of INC-42`, NONE],
    ),
    ['status hello', `“hello” is not the id of a request. ${FORM}`],
    ['done R-UUUUUU', `“R-UUUUUU” is not the id of a request. ${FORM}`],
    ['revoke because of INC-42', `“because” is not the id of a request. ${FORM}`],
    ['deny R-?? it is late', `“R-??” is not the id of a request. ${FORM}`],
  ])
})

describe('a duration', () => {
  const GOOD = 'Say `45m`, `2h30m` or `1d`.'
  const MOMENTS = 'Say `until 18:00` or `until 2026-11-24 09:00`.'
  const SKIPPED = 'Clocks may skip it that day. Say another time, or `for 2h` instead.'
  const ask = (wish: string, reads: string): Said => [
    `request orders-db/readonly ${wish} because of INC-42`,
    reads,
  ]
  eachSays('that is none', [
    ask('0', `“0” is not a duration. ${GOOD}`),
    ask('0h', `“0h” is no time at all. ${GOOD}`),
    ask('-2h', `“-2h” is less than nothing. ${GOOD}`),
    ask('1s', `“1s” is shorter than 10 s. ${GOOD}`),
    ask('1e9h', `“1e9h” is not a duration. ${GOOD}`),
    ask('infinity', `“infinity” is not a duration. ${GOOD}`),
    ask('∞', `“∞” is not a duration. ${GOOD}`),
    ask('NaN', `“NaN” is not a duration. ${GOOD}`),
    ask('3w', `“3w” is not a duration. ${GOOD}`),
    ask('for ever', `“ever” is not a duration. ${GOOD}`),
    ask('99999999999999999999999d', `“99999999999999999999999d” is longer than 90 d. ${GOOD}`),
    ask('91d', `“91d” is longer than 90 d. ${GOOD}`),
    ask('9h', 'That is longer than the 8 h this policy allows. Ask for at most 8 h.'),
    ask('until 25:00', `“25:00” is not a moment I understand. ${MOMENTS}`),
    ask('until tomorrow', `“tomorrow” is not a moment I understand. ${MOMENTS}`),
    ask('until 2020-01-01 10:00', `That moment has passed. ${MOMENTS}`),
    ask('until 2026-02-30 10:00', `There is no 2026-02-30 10:00 in Europe/Berlin. ${SKIPPED}`),
    ask('until 9999-12-31 23:59', `That is more than 90 d away. ${MOMENTS}`),
  ])

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['is bogus', 'Mars/Olympus'],
    ['is hostile', '../../etc/localtime'],
  ])('until a moment, by a person whose zone %s', async (_, tz) => {
    const who = await bench.newPerson()
    const user = bench.slack.user(who)
    if (tz === undefined) delete user.tz
    else user.tz = tz
    const said = await bench.type(who, 'request orders-db/readonly until 18:00 because of INC-42')
    expect(said).toBe('Not done: I do not know your time zone. Say `for 2h` instead.')
    const next = await bench.type(who, 'request orders-db/readonly for 2h because of INC-42')
    expect(next).toMatch(/^Requested: R-\w{6} waits for 1 of: bob@acme.test, cy@acme.test\. It lapses /)
  })
})

const NOTHING_OPEN = 'Not done: You have no open request. To see another: /jit status ID'
const NOTHING_TO_GIVE = 'Not done: You have no access to give back. See what you have: /jit mine'
const NOTHING_WAITS = 'Not done: You have no request that waits for a decision. See what you have: /jit mine'

describe('an id', () => {
  it(
    'that was left out is taken where exactly one fits, and asked for where several do',
    { timeout: 60_000 },
    async () => {
      const who = await bench.newPerson()
      expect(await bench.type(who, 'status')).toBe(NOTHING_OPEN)
      expect(await bench.type(who, 'done')).toBe(NOTHING_TO_GIVE)
      expect(await bench.type(who, 'withdraw')).toBe(NOTHING_WAITS)
      const first = await bench.ask(who)
      expect(await bench.type(who, 'done')).toBe(NOTHING_TO_GIVE)
      const second = await bench.ask(who)
      for (const verb of ['status', 'withdraw']) {
        const which = `Not done: Say which one: ${second}, ${first}. /jit ${verb} ${second}`
        expect(await bench.type(who, verb)).toBe(which)
      }
      await bench.type(who, `withdraw ${second}`)
      expect(await bench.type(who, 'status')).toContain(first)
      expect(await bench.type(who, 'withdraw')).toBe(`Withdrawn: ${first} was withdrawn; nothing was given.`)
    },
  )

  it('is always asked for where it is about somebody else', async () => {
    await bench.ask(await bench.newPerson())
    const which = 'Not done: Say which request: its id stands on its card.'
    expect(await bench.type('bob', 'approve')).toBe(`${which} /jit approve ID`)
    expect(await bench.type('bob', 'deny')).toBe(`${which} /jit deny ID REASON`)
    expect(await bench.type('bob', 'deny it is late')).toBe(`${which} /jit deny ID REASON`)
    expect(await bench.type('cy', 'revoke')).toBe(`${which} /jit revoke ID REASON`)
  })

  it('may be typed as people read it out', async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who)
    const sloppy = id.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'i')
    const forms = [sloppy, sloppy.slice(2), id.slice(2).replaceAll('1', 'L'), `\`${id}\``, ` ${sloppy} `]
    for (const typed of forms) {
      expect(await bench.type(who, `status ${typed}`)).toMatch(new RegExp(`Request +\`${id}\``))
    }
    const withdrawn = await bench.type(who, `withdraw ${sloppy}`)
    expect(withdrawn).toBe(`Withdrawn: ${id} was withdrawn; nothing was given.`)
  })

  it('of a running access needs a reason to be revoked', async () => {
    const id = await bench.give(await bench.newPerson())
    const why = `Not done: Say why you revoke it. /jit revoke ${id} REASON`
    expect(await bench.type('cy', `revoke ${id}`)).toBe(why)
    expect(await bench.type('cy', `revoke ${id} because`)).toBe(why)
    expect(await bench.type('cy', `revoke ${id} \u200B\u202E`)).toBe(why)
    const revoked = await bench.type('cy', `revoke ${id} the incident is over`)
    expect(revoked).toBe(`Revoked: ${id}: the access is being removed.`)
    await bench.untilLine(id, 'Ended')
    expect(bench.lines(id)).toContain('Revoked by @cy. Reason: the incident is over')
  })
})

it('nobody got anything by any of this', async () => {
  const approved = (await bench.events()).filter((event) => event.type === 'approved')
  expect(approved).toHaveLength(1)
})
