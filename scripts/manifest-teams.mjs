/**
 * Makes the Teams app as a zip to upload: manifests/teams/ with the app id of the bot's registration. `--version` is raised
 * with each upload, `--url` is a page about Curfew in your company, `--out` names the file.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { zipSync } from 'fflate'
import { readFlags, readHttps } from './lib/read-flags.mjs'
import { at, say, stop } from './lib/run.mjs'

const USAGE =
  'npm run manifest:teams -- --app-id 6f0e2c1a-… [--url https://wiki.example.com/curfew] [--version 0.1.1] [--out FILE.zip]'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** As in the vendor's schema. */
const VERSION = /^(\d|[1-9]\d*)\.(\d|[1-9]\d*)\.(\d|[1-9]\d*)$/
/** Zips of the same are the same, to the byte. */
const MADE_AT = new Date('2026-01-01T00:00:00')

const read = (name) => readFileSync(at('manifests', 'teams', name))

const {
  'app-id': appId,
  url,
  version,
  out = 'curfew-teams.zip',
} = readFlags(['app-id', 'url', 'version', 'out'], USAGE)
if (appId === undefined)
  stop('--app-id is missing: it is MicrosoftAppId, in Azure “Microsoft App ID”.', `Type: ${USAGE}`)
if (!GUID.test(appId))
  stop(`--app-id ${appId} is no id like 6f0e2c1a-0000-0000-0000-000000000000.`, `Type: ${USAGE}`)
if (version !== undefined && !VERSION.test(version))
  stop(`--version ${version} is no version like 0.1.1, which Teams wants to be raised with each upload.`)

const id = appId.toLowerCase()
const manifest = JSON.parse(read('manifest.json').toString())
const page = url === undefined ? undefined : readHttps(url, USAGE).href
const filled = {
  ...manifest,
  ...(version !== undefined && { version }),
  id,
  developer: {
    ...manifest.developer,
    ...(page !== undefined && { websiteUrl: page, privacyUrl: page, termsOfUseUrl: page }),
  },
  bots: manifest.bots.map((bot) => ({ ...bot, botId: id })),
  composeExtensions: manifest.composeExtensions.map((extension) => ({ ...extension, botId: id })),
}
const files = {
  'manifest.json': Buffer.from(`${JSON.stringify(filled, null, 2)}\n`),
  'color.png': read('color.png'),
  'outline.png': read('outline.png'),
}
const file = resolve(out)
try {
  writeFileSync(file, zipSync(files, { mtime: MADE_AT, level: 9 }))
} catch (thrown) {
  stop(`${file} cannot be written: ${thrown instanceof Error ? thrown.message : thrown}`)
}
say(
  `${file}: upload it in Teams under “Apps”, “Manage your apps”, or in the Teams admin centre for everybody.`,
)
