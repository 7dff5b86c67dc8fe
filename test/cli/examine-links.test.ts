/** What doctor says of approvers whom people: does not link, where a card stands in two chats. */
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Connected } from '../../src/cli/examine-links.ts'
import { examineLinks } from '../../src/cli/examine-links.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeCall } from '../contract/target.ts'
import { makeInProcess } from '../fixtures/in-process.ts'

const kinds = ['near', 'far'].map((kind) => makeInProcess({}, kind).kinds)
const tools = { log: {} as never, clock: {} as never, channels: () => [] }
const connected: readonly Connected[] = kinds.flatMap(({ directories }) =>
  directories.map((kind) => ({ kind, directory: kind.connect({}, tools) })),
)

/** Of a config whose one policy has these approvers and channels. */
const linesFor = async (approvers: string, channels: string, people = ''): Promise<readonly string[]> => {
  const text = `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["near:channel-audit", "far:channel-audit"] }
groups: { dbas: [bob@acme.test, "far:cy"] }
people: [${people}]
targets: { vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } } }
policies:
  - { entitlements: ["*/*"], requesters: [everyone], approvers: [${approvers}], channels: [${channels}] }
`
  const [near, far] = kinds
  const both = {
    ...near,
    chats: kinds.flatMap(({ chats }) => chats),
    directories: kinds.flatMap(({ directories }) => directories),
  }
  if (near === undefined || far === undefined) throw new Error('two chats')
  const read = readConfig({
    text,
    env: { REDIS_URL: 'redis://h:1', CURFEW_KEY: 'k'.repeat(32) },
    kinds: { ...near, ...both },
  })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  return examineLinks(read.config, connected, makeCall())
}
const BOTH = '"near:channel-dbas", "far:channel-dbas"'
const toPaste = (line = ''): unknown => parse(/`(- \{.*\})`$/.exec(line)?.[1] ?? '')

it.each([
  ['by address', 'bob@acme.test', '', { email: 'bob@acme.test', near: 'bob', far: 'bob' }],
  [
    'of whom one id is known',
    'bob@acme.test',
    '{ email: bob@acme.test, near: U2 }',
    { email: 'bob@acme.test', near: 'U2', far: 'bob' },
  ],
  ['by id', '"far:cy"', '', { email: 'cy@acme.test', near: 'cy', far: 'cy' }],
])('an approver %s is named with the line that links them', async (_, approvers, people, expected) => {
  const [line, ...others] = await linesFor(approvers, BOTH, people)
  expect(others).toEqual([])
  expect(toPaste(line)).toMatchObject([expected])
})

it('a word from groups: is everybody in it', async () => {
  const lines = await linesFor('dbas', BOTH)
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['bob@acme.test', 'far:cy'])
})

it.each([
  ['who is linked', 'bob@acme.test', BOTH, '{ email: bob@acme.test, near: bob, far: bob }'],
  ['whose cards stand in one chat', 'bob@acme.test', '"near:channel-dbas"', ''],
])('nothing is said of an approver %s', async (_, approvers, channels, people) =>
  expect(await linesFor(approvers, channels, people)).toEqual([]))
