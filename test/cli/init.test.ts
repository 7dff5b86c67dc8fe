/** `curfew init` by flags, by defaults and line by line: what it writes is a good config, and nothing is lost by it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run as check } from '../../src/cli/check.ts'
import { run as init } from '../../src/cli/init.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { registry } from '../../src/registry.ts'
import { type RunHere, runHere } from '../fixtures/run-here.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curfew-init-'))
  file = join(folder, 'curfew.yaml')
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (args: readonly string[], more?: RunHere) => runHere(init, ['--config', file, ...args], more)
const FLAGS = ['--operator', 'ana@acme.test', '--audit', 'slack:C0AUDIT000']
const written = () => {
  const result = readConfig({ path: file, env: {}, kinds: registry, secrets: 'optional' })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.config
}

describe('what it writes', () => {
  test('by flags and defaults: a good config, and every variable that it needs', async () => {
    const { code, out } = await run([
      ...FLAGS,
      '--yes',
      '--target',
      'stock.db',
      '--approvers',
      'bob@acme.test',
    ])
    expect(code).toBe(0)
    expect(out).toContain(`curfew doctor --setup stock.db --config ${file} --env-file ${folder}/.env`)
    expect(written()).toMatchObject({
      operators: [{ ref: 'email', email: 'ana@acme.test' }],
      emailDomains: ['acme.test'],
      auditChannels: ['slack:C0AUDIT000'],
      targets: { 'stock.db': { settings: { roles: { readonly: { memberOf: 'orders_reader' } } } } },
      policies: [{ requesters: [{ ref: 'everyone' }], channels: ['slack:C0AUDIT000'] }],
    })
    const example = readFileSync(join(folder, '.env.example'), 'utf8')
    const names = Object.keys(parseEnv(example))
    const needed = ['REDIS_URL', 'CURFEW_KEY', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'STOCK_DB_URL']
    expect(names.sort()).toEqual(needed.toSorted())
    expect(example).toContain('openssl rand -hex 32')
    const checked = await runHere(check, ['--config', file])
    expect(checked.out).toContain(`needs what is not set here: ${needed.join(', ')}.`)
  })

  test('is no secret, also where one is set', async () => {
    const env = { CURFEW_KEY: 'k'.repeat(40), STOCK_DB_URL: 'postgresql://b:hunter2hunter2@db/x' }
    await run([...FLAGS, '--yes'], { env })
    for (const name of ['curfew.yaml', '.env.example'])
      expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/kkkk|hunter2/)
  })

  test('is never written over, unless that is wanted', async () => {
    writeFileSync(file, 'mine')
    const { code, err } = await run([...FLAGS, '--yes'])
    expect([code, err]).toEqual([2, `${file} is there already. With --force it is written over.\n`])
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(existsSync(join(folder, '.env.example'))).toBe(false)
    expect((await run([...FLAGS, '--yes', '--force'])).code).toBe(0)
    expect(written().policies).toHaveLength(1)
  })

  test('is a good config whatever names are chosen', async () => {
    const name = fc.oneof(
      fc.constantFrom('yes', 'null', '0x1f', '1e3', '1.0', 'true', '2026-12-20', '0'),
      fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,20}$/),
    )
    const memberOf = fc.oneof(
      fc.constantFrom(
        'a: b',
        'a #b',
        'a   # b',
        '"q"',
        "it's",
        '{x}',
        '[y]',
        'ä ö',
        '*',
        '&a',
        '- x',
        '%',
        `$\{X}`,
        '!',
      ),
      fc
        .string({ minLength: 1, maxLength: 20 })
        .filter((text) => text.trim() === text && !/^-|\p{Cc}/u.test(text)),
    )
    await fc.assert(
      fc.asyncProperty(name, name, memberOf, async (target, role, member) => {
        const flags = [`--target=${target}`, `--role=${role}`, `--member-of=${member}`]
        const { code, err } = await run([...FLAGS, '--yes', '--force', ...flags])
        if (member.includes('$\u007b'))
          expect([code, err]).toEqual([2, expect.stringMatching(/^--member-of: /)])
        if (code === 2) return
        expect([code, err]).toEqual([0, ''])
        const { targets } = written()
        expect(targets[target]?.settings.roles).toEqual({ [role]: { memberOf: member } })
      }),
      { numRuns: 60, seed: 20261125 },
    )
  })
})

describe('a wrong answer', () => {
  test('is said at once, and asked for again', async () => {
    const answers = [
      'ana',
      'ana@acme.test',
      'acme',
      '',
      'C0AUDIT000',
      'slack:S0ENG00000',
      'slack:C0AUDIT000',
      'orders db',
      '',
      'curfew_reader',
      '',
      'read/only',
      '',
      '@eng',
      'slak:S0ENG00000',
      'everyone',
      'bob@elsewhere.test',
      '',
      '',
    ]
    const { code, out, err } = await run([], { answers })
    expect([code, err]).toEqual([0, ''])
    const said = out.split('\n').filter((line) => line.startsWith('  “'))
    expect(said).toEqual(
      [
        '  “ana” is no e-mail address. Write it like ana@acme.test.',
        '  “acme” is no e-mail domain. Write it like acme.test.',
        '  “C0AUDIT000” is no channel. Write `chat:id`. Chats: slack, teams.',
        "  “slack:S0ENG00000” is no channel. Copy the channel's id from slack.",
        '  “orders db” cannot name a target. Use letters, digits, `-`, `_` and `.`, at most 63 of them.',
        expect.stringMatching(/^ {2}“curfew_reader”: .*only Curfew uses\. Write the name of a role/),
        '  “read/only” cannot name a role. Use letters, digits, `-`, `_` and `.`, at most 63 of them.',
        '  “@eng” is a name, and Curfew needs its id. Write it as `chat:id`.',
        '  Curfew knows no system “slak”. Did you mean `slack`?',
        '  “bob@elsewhere.test” can never match: its domain is not in `emailDomains`. Add elsewhere.test there, or link the address to a chat under `people:`.',
      ].filter((line) => typeof line !== 'string' || line.startsWith('  “')),
    )
    expect(written().policies[0]?.approvers).toEqual([{ ref: 'email', email: 'ana@acme.test' }])
  })

  test('in a flag is said with all others, and nothing is written', async () => {
    const { code, err } = await run(['--yes', '--operator', 'ana', '--audit', '#audit', '--role', 'a b'])
    expect(code).toBe(2)
    expect(err.split('\n')).toEqual([
      '--operator: “ana” is no e-mail address. Write it like ana@acme.test.',
      '--audit: “#audit” is a name, and Curfew needs its id. Write it as `chat:id`.',
      expect.stringMatching(/^--role: “a b” cannot name a role/),
      '',
    ])
    expect(existsSync(file)).toBe(false)
  })

  test('that does not come at all is missed by its flag', async () => {
    const { code, err } = await run(['--operator', 'ana@acme.test'], { answers: [''] })
    expect(code).toBe(2)
    expect(err).toMatch(/^--audit: In which channel/)
    expect(existsSync(file)).toBe(false)
  })

  test('a flag that is none is refused with those that are', async () => {
    const { code, err } = await run(['--operater', 'x'])
    expect(code).toBe(2)
    expect(err).toMatch(
      /'--operater'[\s\S]*Flags of init: --operator --domain --audit .*--member-of .*--force/,
    )
  })
})
