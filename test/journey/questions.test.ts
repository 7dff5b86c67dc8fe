/** What people may ask of Curfew: what they may have, by present policies and groups, and how somebody is written in the config. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, startBench } from '../fixtures/run-bot.ts'

const MANY = 60

/** Sixty roles for everybody, one for a group, one that is forbidden. */
const config = (yaml: string): string => {
  const roles = Array.from({ length: MANY }, (_, i) => `      many-${i}: { memberOf: orders_reader_${i} }`)
  return yaml
    .replace(/^( +)readonly: .*$/m, `$&\n${roles.join('\n')}`)
    .replace('requesters: [everyone]', 'requesters: ["slack:S0ENG00000"]')
    .concat(
      '  - { name: many, entitlements: ["orders-db/many-*"], requesters: [everyone], quorum: 0, maxDuration: 1h }\n',
      '  - { name: no, effect: deny, entitlements: ["orders-db/many-7"] }\n',
    )
}

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config })
  bench.slack.addGroup({ id: 'S0ENG00000', handle: 'engineers' })
  // The bot has asked for it before it was there, and hears now that it is.
  await bench.slack.setGroup({ group: 'engineers', users: ['ana'] })
})
afterAll(() => bench?.stop())

it('shows what they may have, and how', async () => {
  expect(await bench.type('ana', 'catalog readonly')).toBe(
    'What you may ask for: `orders-db/readonly` (read all orders): 1 approval needed; 1 h, at most 8 h',
  )
  expect(await bench.type('ana', 'catalog writer')).toContain(
    '`orders-db/writer`: 2 approvals needed; 1 h, at most 8 h',
  )
  expect(await bench.type('ana', 'catalog MANY-11')).toBe(
    'What you may ask for: `orders-db/many-11`: no approval needed; 1 h',
  )
})

it('shows nothing that they may not have', async () => {
  expect(await bench.type('bob', 'catalog readonly')).toBe(
    'What you may ask for: Nothing that you may ask for is called like “readonly”. All of it: /jit catalog',
  )
  expect(await bench.type('ana', 'catalog many-7')).not.toContain('many-7`')
})

it('says how many more there are', async () => {
  const said = await bench.type('bob', 'catalog')
  expect(said.match(/`orders-db\//g)).toHaveLength(20)
  expect(said).toContain('and 40 more; narrow it down: `/jit catalog WORD`')
})

it('repeats what was typed without giving it life', async () => {
  await bench.type('bob', 'catalog <!channel>*x*')
  const message = bench.slack.ephemeral('bob').at(-1)
  expect(message && bench.slack.live(message)).toEqual([])
})

it('prints references of whom and what was mentioned, and of nothing that was only typed', async () => {
  const text = 'id <@U0BOB00000|bob> <#C0DBAS0000|dbas> <!subteam^S0ENG00000|@engineers> <@U0BOB00000>'
  expect(await bench.type('ana', text)).toBe(
    'References for the config: `slack:U0BOB00000` is bob `slack:C0DBAS0000` is dbas `slack:S0ENG00000` is engineers',
  )
  const NOBODY = 'Not done: Nobody and nothing was mentioned. Mention them: /jit id @person #channel @group'
  expect(await bench.type('ana', 'id')).toBe('References for the config: `slack:U0ANA00000` is Ana')
  for (const typed of ['id @bob', 'id &lt;@U0BOB00000|bob&gt;', 'id <!channel>', 'id <https://x.test|@bob>'])
    expect(await bench.type('ana', typed)).toBe(NOBODY)
})
