/** The JSON Schema is made from the shapes that read the config: what it takes, what it refuses, what an editor shows. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { jsonSchema } from '../../src/config/json-schema.ts'
import { registry } from '../../src/registry.ts'
import { complaints, edit, FULL_EXAMPLE, kinds } from './example.ts'

type Json = Readonly<Record<string, unknown>>

const root = fileURLToPath(new URL('../../', import.meta.url))
const examplesIn = (file: string): string[] =>
  [...readFileSync(`${root}${file}`, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)

/** A real validator that takes no unknown words in a schema. */
const validator = (of: typeof kinds) => {
  const validate = new Ajv2020({
    strict: true,
    strictRequired: false,
    validateFormats: false,
    allErrors: true,
    allowUnionTypes: true,
  }).compile(jsonSchema(of))
  return (text: string): string[] =>
    validate(parse(text))
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }: ErrorObject) => `${instancePath} ${message}`)
}

const forExample = validator(kinds)
const forProduct = validator(registry)

/** Every setting with its path, `*` for names that an operator chooses and positions in lists. */
const settingsOf = (schema: Json, path: readonly string[] = []): (readonly [string, Json])[] => {
  const inside = (part: unknown, step: string): (readonly [string, Json])[] =>
    typeof part === 'object' && part !== null ? settingsOf(part as Json, [...path, step]) : []
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>)
  return [
    ...properties.map(([key, one]) => [[...path, key].join('.'), one] as const),
    ...properties.flatMap(([key, one]) => inside(one, key)),
    ...[schema.items, schema.additionalProperties].flatMap((one) =>
      typeof one === 'object' ? [[[...path, '*'].join('.'), one as Json] as const] : [],
    ),
    ...inside(schema.items, '*'),
    ...inside(schema.additionalProperties, '*'),
    ...((schema.anyOf ?? []) as Json[]).flatMap((one) => settingsOf(one, path)),
  ]
}

const isTyped = (schema: Json): boolean =>
  schema.type !== undefined || ((schema.anyOf ?? []) as Json[]).some(isTyped)

const pathsIn = (value: unknown, path: readonly string[] = []): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [
    [...path, Array.isArray(value) ? '*' : key].join('.'),
    ...pathsIn(item, [...path, Array.isArray(value) ? '*' : key]),
  ])
}

describe('every setting', () => {
  const settings = settingsOf(jsonSchema(registry))

  test('has a type, so that no section is left open', () => {
    expect(settings.length).toBeGreaterThan(50)
    expect(settings.filter(([, schema]) => !isTyped(schema)).map(([path]) => path)).toEqual([])
  })

  test('is explained to whoever points at it', () => {
    const mute = settings.filter(
      ([path, { description, const: fixed }]) => !path.endsWith('*') && !description && fixed === undefined,
    )
    expect(mute.map(([path]) => path)).toEqual([])
  })

  test('stands in the example that the tests of config begin with', () => {
    // A condition may stand in either list.
    const eitherList = (path: string) => path.replace(/\.(when|require)\./, '.conditions.')
    const written = new Set(
      pathsIn(parse(FULL_EXAMPLE))
        .map((path) => path.replace(/^(targets|groups)\.[^.]+/, '$1.*'))
        .map((path) => path.replace(/\.(roles|accounts)\.[^.]+/, '.$1.*'))
        .map(eitherList),
    )
    const all = settingsOf(jsonSchema(kinds)).map(([path]) => path)
    const keys = all.filter((path) => !path.endsWith('*'))
    expect(keys.filter((path) => !written.has(eitherList(path)))).toEqual(['include', 'mirror.folder'])
  })
})

describe('takes', () => {
  test('the example of the tests', () => {
    expect(complaints(FULL_EXAMPLE)).toEqual([])
    expect(forExample(FULL_EXAMPLE)).toEqual([])
  })

  test.each(['README.md', 'docs/targets/postgres.md'])('the YAML in %s', (file) => {
    const examples = examplesIn(file)
    expect(examples).not.toEqual([])
    for (const example of examples) expect(forProduct(example)).toEqual([])
  })

  test.each([
    ['a file that is included', 'policies: [{ entitlements: ["*/*"], effect: deny }]'],
    ['a variable in place of a word', edit('effect: deny', `effect: ${'$'}{EFFECT}`)],
  ])('%s', (_, text) => expect(forExample(text)).toEqual([]))
})

describe('refuses what the parser refuses', () => {
  test.each([
    ['operators: [ana@acme.test, dbas]', 'operators: ana@acme.test'],
    ['operators: [ana@acme.test, dbas]\n', ''],
    ['durability: platform', 'durability: yes'],
    ['durability: platform', 'durabilty: platform'],
    ['kind: vault', 'kind: volt'],
    ['kind: vault', 'knid: vault'],
    ['readonly: { memberOf: orders', 'readonly: { memberof: orders'],
    ['effect: deny', 'effect: dney'],
    ['    quorum: 2', '    quorum: two'],
    ['    quorum: 2', '    quorum: 400'],
    ['    quorum: 2', '    qourum: 2'],
    ['maxDuration: 30m', 'maxDuration: 30'],
    ['minLength: 5', 'minLength: -1'],
    ['days: Mon-Fri', 'day: Mon-Fri'],
    ['ticket: {', 'ticket: 5, x: {'],
    ['ticket: {', 'tickets: {'],
    ['pattern: "INC', 'patern: "INC'],
    ['at: "09:00", ', ''],
    ['{ email: ext@other.test, pub: U0EXT00000 }', '{ pub: U0EXT00000 }'],
  ])('%j -> %j', (from, to) => {
    const broken = edit(from, to, FULL_EXAMPLE)
    expect(complaints(broken)).not.toEqual([])
    expect(forExample(broken)).not.toEqual([])
  })
})
