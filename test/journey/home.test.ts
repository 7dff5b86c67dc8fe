/** The Home tab: everything that concerns one person, kept current, within Slack's limits. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

const BLOCKS_MAX = 100
const MANY = 60

const config = (yaml: string): string => {
  const roles = Array.from({ length: MANY }, (_, i) => `      many-${i}: { memberOf: orders_reader_${i} }`)
  return yaml
    .replace(/^( +)readonly: .*$/m, `$&\n${roles.join('\n')}`)
    .concat('  - { name: many, entitlements: ["orders-db/many-*"], requesters: [everyone], quorum: 0 }\n')
}

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config })
})
afterAll(() => bench?.stop())

it('shows what they have, what waits for them and what they may ask for', async () => {
  const user = await bench.newPerson()
  await bench.slack.openHome({ user })
  const empty = await bench.untilHome(user, 'What you may ask for')
  expect(empty).toContain('Nothing: no requests and no access.')
  expect(empty).toContain('orders-db/readonly')
  expect(empty).toContain('and 52 more')
  expect(empty).not.toContain('Late or stuck')
})

it('is kept current, for the holder and for those who decide', { timeout: 60_000 }, async () => {
  const user = await bench.newPerson()
  for (const who of [user, 'bob', 'cy']) await bench.slack.openHome({ user: who })
  await bench.untilHome('bob', 'Waits for your decision')
  const id = await bench.ask(user)
  await bench.untilHome(user, id)
  await bench.untilHome('bob', id)
  await bench.slack.pressInView({ user: 'bob', in: 'home', label: 'Look', value: id })
  expect(await bench.untilModal('bob', id)).toContain('because of INC-42'.replace('because of ', ''))
  await bench.slack.pressInView({ user: 'bob', in: 'modal', label: 'Approve' })
  await bench.untilModal('bob', 'the access is being given')
  await bench.untilLine(id, 'Access is given')
  await bench.untilHome(user, 'active until')
  await bench.slack.waitFor(() => !bench.shownHome('bob').includes(id), { timeoutMs: 10_000 })
  await bench.slack.pressInView({ user, in: 'home', label: 'Give back', value: id })
  await bench.untilModal(user, 'Given back')
  await bench.untilLine(id, 'Ended')
  await bench.slack.waitFor(() => !bench.shownHome(user).includes(id), { timeoutMs: 10_000 })
  expect(await bench.orders.canRead(user)).toBe(false)
})

it('opens the form', async () => {
  const user = await bench.newPerson()
  await bench.slack.openHome({ user })
  await bench.untilHome(user, 'Yours')
  await bench.slack.pressInView({ user, in: 'home', label: 'Ask for access' })
  await bench.untilModal(user, 'How long')
})

it('shows nobody what is not theirs', async () => {
  const [user, other] = [await bench.newPerson(), await bench.newPerson()]
  const id = await bench.ask(user)
  await bench.slack.openHome({ user: other })
  expect(await bench.untilHome(other, 'What you may ask for')).not.toContain(id)
  await bench.slack.pressInView({ user: other, in: 'home', actionId: 'curfew:ask' })
  await bench.untilModal(other, 'How long')
  const forge = (payload: Record<string, unknown>) => {
    payload.actions = [{ action_id: 'curfew:look', value: id, type: 'button' }]
  }
  await bench.slack.closeModal({ user: other })
  await bench.slack.pressInView({ user: other, in: 'home', actionId: 'curfew:ask', edit: forge })
  expect(await bench.untilModal(other, 'There is no such request')).not.toContain('INC-42')
})

it('refuses guests, in words', async () => {
  bench.slack.addUser({ name: 'guest', is_restricted: true })
  await bench.slack.openHome({ user: 'guest' })
  expect(await bench.untilHome('guest', 'Guests cannot use Curfew')).not.toContain('What you may ask for')
})

it('stays within a page, and says how many more there are', async () => {
  const user = await bench.newPerson()
  for (let n = 0; n < 24; n += 1) await bench.type(user, `request ${READONLY} 1h because of INC-${n}`)
  await bench.slack.openHome({ user })
  const home = await bench.untilHome(user, 'and 4 more')
  expect(home.match(/R-[0-9A-Z]{6}/g)).toHaveLength(20)
  await bench.slack.openHome({ user: 'bob' })
  await bench.untilHome('bob', 'more')
  for (const who of [user, 'bob'])
    expect(bench.slack.home(who)?.blocks.length).toBeLessThanOrEqual(BLOCKS_MAX)
})

it('an operator sees what is late, and can ask for another try', { timeout: 60_000 }, async () => {
  const user = await bench.newPerson()
  const id = await bench.give(user, `${READONLY} 1h because of INC-42`)
  const another = await bench.newPerson()
  const other = await bench.give(another, `${READONLY} 1h because of INC-43`)
  await bench.postgres.kill()
  await bench.type(user, `done ${id}`)
  await bench.type(another, `done ${other}`)
  const look = async (): Promise<boolean> => {
    await bench.slack.openHome({ user: 'cy' })
    await bench.untilHome('cy', 'Late or stuck')
    return /not gone yet, \d+ s late/.test(bench.shownHome('cy'))
  }
  await expect.poll(look, { timeout: 30_000, interval: 1_000 }).toBe(true)
  await bench.slack.openHome({ user: 'bob' })
  expect(await bench.untilHome('bob', 'Yours')).not.toContain('Late or stuck')
  const forged = (payload: Record<string, unknown>) => {
    payload.actions = [{ action_id: 'curfew:retry', value: other, type: 'button' }]
  }
  await bench.slack.pressInView({ user: 'bob', in: 'home', actionId: 'curfew:ask', edit: forged })
  await bench.untilModal('bob', 'Only an operator may ask for another try')
  await bench.postgres.restart()
  await bench.slack.pressInView({ user: 'cy', in: 'home', label: 'Try again', value: id })
  await bench.untilModal('cy', 'Trying again')
  await bench.untilLine(id, 'Ended')
  expect(bench.lines(id)).toContain('Another try was asked for by @cy.')
})
