/** What a config comes to: read again it is the same config, and it shows every setting and no secret. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Config } from '../../src/config/config.ts'
import { effectiveConfig } from '../../src/config/effective-config.ts'
import { type ConfigInput, readConfig } from '../../src/config/read-config.ts'
import { canonical } from '../../src/domain/entry.ts'
import { DB_URL, EXAMPLE, edit, env, FULL_EXAMPLE, kinds } from './example.ts'

interface Effective {
  /** Everything that decisions read. */
  readonly config: string
  readonly printed: string
}

/** As it stands in a file. */
const variable = (name: string): string => `$\{${name}}`

/** Functions say nothing here; what a condition was given stands beside its check. */
const asText = (config: Config): string =>
  canonical(JSON.parse(JSON.stringify(config, (_, value) => (value instanceof Map ? [...value] : value))))

const read = (more: Partial<ConfigInput>): Effective => {
  const result = readConfig({ env, kinds, ...more })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const printed = stringify(effectiveConfig(result.sources, kinds), { lineWidth: 0 })
  return { config: asText(result.config), printed }
}

const expectSameAgain = (text: string, more: Partial<ConfigInput> = {}): string => {
  const first = read({ text, ...more })
  const again = read({ text: first.printed, ...more })
  expect(again.config).toBe(first.config)
  expect(again.printed).toBe(first.printed)
  return first.printed
}

describe('read again', () => {
  test.each([
    ['the example', EXAMPLE],
    ['with every setting', FULL_EXAMPLE],
    ['with no defaults', EXAMPLE.replace(/^defaults: .*\n/m, '')],
    ['with a default that is too long for one policy', edit('defaultDuration: 1h', 'defaultDuration: 7h')],
    [
      'with a variable in place of a duration',
      edit('maxDuration: 30m', `maxDuration: ${variable('LONGEST')}`),
    ],
    [
      'with a text that YAML would read as something else',
      edit('[read]', '["yes", "1e3", "on: off"]', FULL_EXAMPLE),
    ],
  ])('%s, it is the same', (_, text) => void expectSameAgain(text, { env: { ...env, LONGEST: '30m' } }))

  test('whatever of it is left out, it is the same', () => {
    const whole = parse(FULL_EXAMPLE) as Record<string, unknown>
    const optional = optionalPaths(whole)
    let same = 0
    fc.assert(
      fc.property(fc.subarray(optional), (left) => {
        const text = stringify(without(whole, left))
        if (!readConfig({ text, env, kinds }).ok) return
        expectSameAgain(text)
        same += 1
      }),
      { numRuns: 60, seed: 20261125 },
    )
    expect(same).toBeGreaterThan(30)
  })
})

/** Settings of `defaults` and of policies that may be missing, as paths. */
const optionalPaths = (whole: Record<string, unknown>): string[][] => [
  ['defaults'],
  ['durability'],
  ['people'],
  ['digests'],
  ...Object.keys(whole.defaults as object).map((key) => ['defaults', key]),
  ...(whole.policies as object[]).flatMap((policy, i) =>
    Object.keys(policy)
      .filter((key) => !['entitlements', 'requesters', 'approvers', 'channels', 'effect'].includes(key))
      .map((key) => ['policies', String(i), key]),
  ),
]

const without = (whole: unknown, paths: readonly string[][]): unknown => {
  const copy = structuredClone(whole) as Record<string, unknown>
  for (const path of paths) {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], copy)
    if (parent !== undefined) delete (parent as Record<string, unknown>)[path.at(-1) ?? '']
  }
  // A person whom only `people:` links would be named by a policy and mean nobody.
  return JSON.parse(
    JSON.stringify(copy).replaceAll(copy.people === undefined ? ',"ext@other.test"' : '\0', ''),
  )
}

test('every setting that is written is shown, and what is silent has its default', () => {
  const shown = parse(expectSameAgain(FULL_EXAMPLE)) as Record<string, never>
  expect(shown).toMatchObject(parse(FULL_EXAMPLE))
  const [deny, automatic] = (parse(expectSameAgain(EXAMPLE)) as { policies: Record<string, unknown>[] })
    .policies
  expect(deny).not.toHaveProperty('quorum')
  expect(automatic).toMatchObject({ quorum: 0, maxDuration: '8h', reason: { minLength: 5 }, effect: 'allow' })
  expect(automatic).not.toHaveProperty('provisionWithin')
})

describe('secrets', () => {
  test('stand there by their names', () => {
    const printed = expectSameAgain(EXAMPLE)
    expect(printed).toContain(`url: ${variable('ORDERS_DB_URL')}`)
    for (const secret of Object.values(env)) expect(printed).not.toContain(secret)
  })

  test('in the file itself are not shown either', () => {
    const { printed } = read({
      text: edit(variable('ORDERS_DB_URL'), 'vault://bot:hun:t@r2@db.acme.test:5432/orders'),
    })
    expect(printed).toContain('vault://bot:***@db.acme.test:5432/orders')
    expect(printed).not.toMatch(/hun|r2/)
  })
})

describe('several files', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  test('become one, in order, and secret files are still found', () => {
    const folder = mkdtempSync(join(tmpdir(), 'curfew-effective-'))
    folders.push(folder)
    const files = {
      'curfew.yaml': `include: ["more/*.yaml"]\n${EXAMPLE}`,
      'more/b.yaml': 'policies: [{ name: b, effect: deny, entitlements: ["stock-db/*"] }]',
      'more/a.yaml':
        'groups: { extra: [bob@acme.test] }\n' +
        `targets: { stock-db: { kind: vault, url: "${variable('file:url')}", roles: { all: { memberOf: stock } } } }\n` +
        'policies: [{ name: a, effect: deny, entitlements: ["*/all"], requesters: [extra] }]',
      'more/url': `${DB_URL.replace('orders', 'stock')}\n`,
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const path = join(folder, 'curfew.yaml')
    const first = read({ path })
    const shown = parse(first.printed) as { policies: { name: string }[]; targets: object; groups: object }
    expect(shown).not.toHaveProperty('include')
    expect(shown.policies.slice(3).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(Object.keys(shown.targets)).toEqual(['orders-db', 'stock-db'])
    expect(shown.targets).toMatchObject({ 'stock-db': { url: variable('file:more/url') } })
    writeFileSync(path, first.printed)
    expect(read({ path })).toEqual(first)
  })
})
