/** Who may not ask or decide at all, whose account it is, and rights that are lost in between: what each of them reads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'

const DBAS = 'slack:S0DBA00000'

/** Dora states an address that her own Slack account does not have; DBAs are a user group. */
const config = (yaml: string): string =>
  yaml
    .replace(
      'emailDomains: [acme.test]',
      'emailDomains: [acme.test, acme.example]\npeople: [{ email: dora@acme.test, slack: U0DORA0000, accounts: { orders-db: ana } }]',
    )
    .replaceAll('cy@acme.test]\n', `cy@acme.test, "${DBAS}"]\n`)
    .replace(`operators: [cy@acme.test, "${DBAS}"]`, 'operators: [cy@acme.test]')

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config })
  for (const name of ['dan', 'eve', 'fay']) await bench.newPerson({ name })
  bench.slack.addGroup({ id: 'S0DBA00000', handle: 'dbas', users: ['dan', 'eve'] })
})
afterAll(() => bench?.stop())

const ASK = `request ${READONLY} 1h because of INC-42`
const DECIDERS = `bob@acme.test, cy@acme.test, ${DBAS}`

describe('somebody who is no full member', () => {
  const FULL = 'Ask a full member of this workspace.'
  it.each([
    ['a guest of several channels', { is_restricted: true }, 'Guests cannot use Curfew.'],
    [
      'a guest of one channel',
      { is_restricted: true, is_ultra_restricted: true },
      'Guests cannot use Curfew.',
    ],
    ['a bot', { is_bot: true }, 'Bots cannot use Curfew.'],
    ['a deactivated person', { deleted: true }, 'This person is deactivated.'],
    ['a stranger', { is_stranger: true }, 'People of other organisations cannot use Curfew.'],
  ])('%s asks, presses and is told', async (_, flags, says) => {
    const who = await bench.newPerson(flags)
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    for (const said of [
      await bench.type(who, ASK),
      await bench.type(who, 'mine'),
      await bench.press(who, 'Approve', id),
      await bench.press(who, 'Deny', id),
    ]) {
      expect(said).toBe(`Not done: ${says} ${FULL}`)
    }
    expect(await happened()).toEqual([])
  })

  it('a person of another workspace is told who Curfew is for', async () => {
    const who = await bench.newPerson({ team_id: 'T0OTHER000' })
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    const outsider =
      'Curfew is only for members of the organisation that installed it. Nothing was done; ask one of them instead.'
    expect(await bench.press(who, 'Approve', id)).toBe(outsider)
    expect(await bench.press('bob', 'Approve', id, { teamId: 'T0OTHER000' })).toBe(outsider)
    expect(await bench.press('bob', 'Approve', id, { userTeamId: 'T0OTHER000' })).toBe(outsider)
    expect(await happened()).toEqual([])
  })
})

describe('an account', () => {
  const NOT_KNOWN = (name: string) =>
    `Not done: Curfew does not know who you are in orders-db. An operator can state it under people: { email: …, slack: ${bench.slack.user(name).id}, accounts: { orders-db: LOGIN } }`

  it('of a superuser, of the bot, or of a role is nobody', async () => {
    const never = (login: string, why: string) => `Not done: “${login}” in orders-db ${why}.`
    for (const [name, why] of [
      ['postgres', 'is a superuser, and those are never given access'],
      ['curfew_bot', 'belongs to Curfew itself'],
      ['orders_reader', 'is a role that Curfew gives, not a person'],
    ] as const) {
      bench.slack.addUser({ name })
      expect(await bench.type(name, ASK)).toBe(never(name, why))
    }
  })

  it('that does not exist is named', async () => {
    bench.slack.addUser({ name: 'nologin' })
    expect(await bench.type('nologin', ASK)).toBe(
      'Not done: orders-db has no login “nologin”. Ask its administrator for a login, or an operator to state yours under `people:`.',
    )
    bench.slack.addUser({ name: 'injection', email: `x"; DROP ROLE ana; --@acme.test` })
    expect(await bench.type('injection', ASK)).toBe(
      'Not done: orders-db has no login “x"; drop role ana; --”. Ask its administrator for a login, or an operator to state yours under `people:`.',
    )
  })

  it('comes from an address of ours only', async () => {
    for (const [name, email] of [
      ['away', 'ana@other.test'],
      ['evil', 'ana@evilacme.test'],
      ['below', 'ana@sub.acme.test'],
      ['twice', 'ana@other.test@acme.tes'],
    ] as const) {
      bench.slack.addUser({ name, email })
      expect(await bench.type(name, ASK)).toBe(NOT_KNOWN(name))
    }
    bench.slack.addUser({ name: 'silent', id: 'U0SILENT00' })
    delete bench.slack.user('silent').profile.email
    expect(await bench.type('silent', ASK)).toBe(NOT_KNOWN('silent'))
  })

  it('belongs to one person: the second is refused, before and after the approval', async () => {
    bench.slack.addUser({ name: 'fay2', email: 'fay@acme.example', real_name: 'Other Fay' })
    const early = await bench.ask('fay2')
    await bench.give('fay')
    expect(await bench.type('fay2', ASK)).toBe(
      'Not done: The account fay of orders-db belongs to somebody else. An operator can state your own under people: accounts; or, if it is yours from another chat, who you are there.',
    )
    await bench.press('bob', 'Approve', early)
    await bench.untilLine(early, 'Void')
    expect(bench.lines(early).at(-1)).toBe(
      'Void, nothing was given: the account fay belongs to somebody else',
    )
  })

  it('that an operator stated for one is not for the one whose address would fit', async () => {
    bench.slack.addUser({ name: 'dora', email: 'd@acme.test' })
    const theirs = 'The account ana of orders-db belongs to somebody else.'
    await bench.give('dora')
    expect(await bench.type('ana', ASK)).toContain(theirs)
  })
})

describe('one human with two Slack accounts of one address', () => {
  const OWN = 'Not done: Nobody approves their own request, operators included. Ask another approver.'

  it('neither decides nor withdraws as the other', async () => {
    const who = await bench.newPerson()
    const other = bench.slack.addUser({ name: `${who}-again`, email: `${who.toUpperCase()}@acme.test` }).name
    bench.slack.changeGroup('S0DBA00000', { users: ['dan', 'eve', who, other] })
    await bench.restart()
    const id = await bench.ask(who)
    expect(await bench.press(other, 'Approve', id)).toBe(OWN)
    expect(await bench.press(other, 'Deny', id)).toBe(
      `Not done: You cannot decide on your own request. Take it back: /jit withdraw ${id}`,
    )
    const theirs = `Only ${bench.slack.user(who).real_name} can withdraw this.`
    expect(await bench.type(other, `withdraw ${id}`)).toContain(theirs)
  })

  it('does not approve where an operator stated the address for the first', async () => {
    const again = bench.slack.addUser({ name: 'dora-again', email: 'dora@acme.test' }).name
    bench.slack.changeGroup('S0DBA00000', { users: ['dan', 'eve', again] })
    await bench.restart()
    const id = await bench.ask('dora')
    expect(await bench.press(again, 'Approve', id)).toBe(OWN)
  })
})

describe('an approver who lost the right in between', () => {
  it('cannot approve any more, at the latest after a minute or a new start', async () => {
    bench.slack.changeGroup('S0DBA00000', { users: ['dan', 'eve'] })
    await bench.restart()
    const id = await bench.ask('bob')
    expect(await bench.press('dan', 'Approve', id)).toBe(`Approved: ${id}: the access is being given.`)
    const next = await bench.ask('bob')
    bench.slack.changeGroup('S0DBA00000', { users: ['eve'] })
    await bench.restart()
    expect(await bench.press('dan', 'Approve', next)).toBe(
      `Not done: You are not an approver of this request. It can be decided by: ${DECIDERS}.`,
    )
    expect(await bench.press('eve', 'Approve', next)).toBe(`Approved: ${next}: the access is being given.`)
  })

  it('does not count for what is approved after that', async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, `${WRITER} 1h because of INC-42`)
    await bench.press('eve', 'Approve', id)
    bench.slack.changeGroup('S0DBA00000', { users: ['dan'] })
    await bench.restart()
    await bench.press('bob', 'Approve', id)
    await bench.untilLine(id, 'Void')
    expect(bench.lines(id).at(-1)).toBe(
      'Void, nothing was given: Eve no longer counts as an approver; ask again.',
    )
    expect(await bench.orders.canRead(who)).toBe(false)
  })

  it('a requester who was deactivated is given nothing', async () => {
    const who = await bench.newPerson({ real_name: 'Gone' })
    const id = await bench.ask(who)
    bench.slack.changeUser(who, { deleted: true })
    await bench.restart()
    expect(await bench.press('bob', 'Approve', id)).toBe(
      'Not done: Gone: This person is deactivated. The requester can ask again.',
    )
    expect(await bench.orders.canRead(who)).toBe(false)
  })
})
