/** Included files, secret files, and what can be read of a file with mistakes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { complaints, DB_URL, EXAMPLE, edit, env, KEY, kinds, read } from './example.ts'

describe('several files', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  const write = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'curfew-config-'))
    folders.push(folder)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return folder
  }
  const main = edit('policies:', 'include: ["more-*.yaml"]\npolicies:')
  const readFolder = (folder: string) =>
    complaints('', { path: join(folder, 'curfew.yaml'), text: undefined as never }).map((line) =>
      line.replace(`${folder}/`, ''),
    )

  test('come together, policies in order', () => {
    const folder = write({
      'curfew.yaml': main,
      'more-b.yaml': 'policies: [{ name: b, effect: deny, entitlements: ["*/*"] }]',
      'more-a.yaml':
        'groups: { extra: [bob@acme.test] }\npolicies: [{ name: a, effect: deny, entitlements: ["*/*"] }]',
    })
    const result = read('', { path: join(folder, 'curfew.yaml'), text: undefined as never })
    expect(result.ok && result.config.policies.map(({ name }) => name).slice(3)).toEqual(['a', 'b'])
  })

  test('each answer for their own lines', () => {
    const folder = write({
      'curfew.yaml': main,
      'more-a.yaml':
        'operators: [bob@acme.test]\ngroups:\n  dbas: [bob@acme.test]\ninclude: [x.yaml]\npolices: []\n',
      'more-b.yaml': '\tx: 1',
    })
    expect(readFolder(folder)).toEqual([
      'more-b.yaml:1: This line is indented with a tab. Indent with spaces: YAML allows no tabs.',
      'more-a.yaml:1: `operators`: Only the main file says this. Move it there.',
      'more-a.yaml:3: `groups.dbas`: Another file has this name already. Rename one of the two.',
      'more-a.yaml:4: `include`: Only the main file says this. Move it there.',
      'more-a.yaml:5: `polices`: Unknown setting. Did you mean `policies`?',
    ])
  })

  test('may stand beside the main file, which is not its own, or anywhere', () => {
    const there = write({ 'there.yaml': 'policies: [{ name: there, effect: deny, entitlements: ["*/*"] }]' })
    const include = `include: ["*.yaml", ${JSON.stringify(join(there, '*.yaml'))}]\npolicies:`
    const folder = write({
      'curfew.yaml': edit('policies:', include),
      'here.yaml': 'policies: [{ name: here, effect: deny, entitlements: ["*/*"] }]',
      '.hidden.yaml': 'policies: [{ name: hidden, effect: deny, entitlements: ["*/*"] }]',
      'here.yaml.swp': 'nothing',
    })
    const result = read('', { path: join(folder, 'curfew.yaml'), text: undefined as never })
    expect(result.ok ? result.config.policies.map(({ name }) => name).slice(3) : result).toEqual([
      'here',
      'there',
    ])
  })

  test('that match nothing, or are too many levels deep, are missed at their line', () => {
    const folder = write({
      'curfew.yaml': edit('policies:', 'include:\n  - more.yaml\n  - other-*.yaml\npolicies:'),
      'more.yaml': 'include: [deeper.yaml]',
    })
    expect(readFolder(folder)).toEqual([
      'curfew.yaml:23: `include[1]`: No file matches. Write it relative to this file, `*` in the last part.',
      'more.yaml:1: `include`: Only the main file says this. Move it there.',
    ])
  })

  test('may hold secrets, relative to the config', () => {
    const folder = write({ 'curfew.yaml': edit('{ORDERS_DB_URL}', '{file:db-url}'), 'db-url': `${DB_URL}\n` })
    const result = read('', { path: join(folder, 'curfew.yaml'), text: undefined as never })
    expect(result.ok && result.config.targets['orders-db']?.settings).toMatchObject({ url: DB_URL })
    expect(result.ok && result.config.secrets).toContain(DB_URL)
  })
})

describe('a file with mistakes', () => {
  test('still says what to end access with', () => {
    const result = read(edit('quorum: 2', 'quorum: 9'))
    expect(result).toMatchObject({
      ok: false,
      endingOnly: { policies: [], key: KEY, targets: { 'orders-db': { settings: { url: DB_URL } } } },
    })
  })

  test('says nothing of the kind when the environment lacks something', () =>
    expect(read(EXAMPLE, { env: { ...env, CURFEW_KEY: '' }, kinds })).not.toHaveProperty('endingOnly'))
})
