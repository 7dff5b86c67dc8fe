/** The apps that chats are set up with: they fit the vendors' own schemas, and say what the bot does and no more. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv } from 'ajv'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseWords } from '../../src/domain/command-line.ts'
import { readFile, root } from './read-docs.ts'

const APP_ID = '6f0e2c1a-0000-4000-8000-0000000000aa'

/** By the vendor's schema: what speaks against a manifest; empty: nothing. */
const holdTo = (schemaFile: string): ((manifest: unknown) => readonly string[]) => {
  // The one of draft 04 uses nothing that ajv reads otherwise.
  const { $schema: _, ...schema } = JSON.parse(readFile(`test/fixtures/schemas/${schemaFile}`))
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema)
  return (manifest) => {
    validate(manifest)
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

const script = (name: string, ...flags: readonly string[]): { ok: boolean; output: string } => {
  const args = [path.join(root, `scripts/manifest-${name}.mjs`), ...flags]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { ok: status === 0, output: `${stdout}${stderr}` }
}

describe('Slack', () => {
  const printed = (...flags: readonly string[]) => JSON.parse(script('slack', ...flags).output)
  const wrong = holdTo('slack-manifest.2.0.0.schema.json')

  it('fits the schema for sockets, and for HTTP with every address there', () => {
    expect(wrong(printed())).toEqual([])
    const http = printed('--url', 'https://curfew.acme.test')
    expect(wrong(http)).toEqual([])
    expect(http.settings.socket_mode_enabled).toBe(false)
    expect(JSON.stringify(http).match(/https:\/\/curfew\.acme\.test\/slack\/events/g)).toHaveLength(4)
  })

  it('would not fit with a word that Slack does not know', () => {
    expect(wrong({ ...printed(), surprise: 1 })).not.toEqual([])
  })

  it.each([
    [['--url', 'http://curfew.acme.test'], 'is no public address'],
    [['--url', 'curfew'], 'is no public address'],
    [['--adress', 'https://curfew.acme.test'], "Unknown option '--adress'"],
    [['--url'], 'argument missing'],
  ])('%j ends with a sentence that helps', (flags, says) => {
    const { ok, output } = script('slack', ...flags)
    expect(ok).toBe(false)
    expect(output).toContain(says)
    expect(output).toContain('Type: npm run manifest:slack -- --url https://')
    expect(output).not.toContain('    at ')
  })
})

describe('Teams', () => {
  const wrong = holdTo('teams-1.30.schema.json')
  let folder: string
  let files: Record<string, Uint8Array>
  // biome-ignore lint/suspicious/noExplicitAny: the schema says what it is.
  let manifest: any

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'curfew-manifest-'))
    const out = path.join(folder, 'app.zip')
    const { ok, output } = script(
      'teams',
      '--app-id',
      APP_ID.toUpperCase(),
      '--url',
      'https://wiki.acme.test/curfew',
      '--version',
      '0.1.7',
      '--out',
      out,
    )
    expect(output).toContain('upload it in Teams')
    expect(ok).toBe(true)
    files = unzipSync(readFileSync(out))
    manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is a zip of the manifest and both icons at its root', () => {
    expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png'])
  })

  it('fits the schema, as it stands and with what was said', () => {
    expect(wrong(manifest)).toEqual([])
    expect(wrong(JSON.parse(readFile('manifests/teams/manifest.json')))).toEqual([])
    expect(wrong({ ...manifest, surprise: 1 })).not.toEqual([])
    expect(manifest).toMatchObject({
      id: APP_ID,
      version: '0.1.7',
      bots: [{ botId: APP_ID }],
      composeExtensions: [{ botId: APP_ID }],
    })
    expect(
      Object.values(manifest.developer).filter((one) => one === 'https://wiki.acme.test/curfew'),
    ).toHaveLength(3)
    expect(JSON.stringify(manifest)).not.toContain('00000000-0000-0000-0000-000000000000')
  })

  it.each([
    ['color.png', 192],
    ['outline.png', 32],
  ])('%s is a PNG of %i by as many points', (name, size) => {
    const png = Buffer.from(files[name] ?? new Uint8Array())
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
  })

  it('names only commands that people can type, and asks for no rights', () => {
    const lists: { commands: { title: string }[] }[] = manifest.bots[0].commandLists
    const titles = lists.flatMap(({ commands }) => commands.map(({ title }) => title))
    expect(titles.length).toBeGreaterThan(20)
    expect(titles.map(parseWords).filter((words) => !('verb' in words) || words.verb === 'unknown')).toEqual(
      [],
    )
    for (const key of ['authorization', 'webApplicationInfo', 'permissions', 'devicePermissions'])
      expect(manifest).not.toHaveProperty(key)
    expect(manifest.validDomains).toEqual([])
  })

  it.each([
    [[], '--app-id is missing: it is MicrosoftAppId'],
    [['--app-id', 'curfew'], 'is no id like'],
    [['--app-id', APP_ID, '--url', 'http://wiki.acme.test'], 'is no public address'],
    [['--app-id', APP_ID, '--version', 'new'], 'is no version like 0.1.1'],
    [['--app-id', APP_ID, '--out', '/nowhere/at/all.zip'], 'cannot be written'],
    [['--appid', APP_ID], "Unknown option '--appid'"],
  ])('%j ends with a sentence that helps', (flags, says) => {
    const { ok, output } = script('teams', ...flags)
    expect(ok).toBe(false)
    expect(output).toContain(says)
    expect(output).not.toContain('    at ')
  })
})
