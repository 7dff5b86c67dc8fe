/**
 * Prints Slack's app manifest: for Socket Mode as it stands in manifests/, or with `--url https://…` for signed HTTP, where
 * Slack calls that address.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { at, say, stop } from './lib/run.mjs'

const PATH = '/slack/events'

const overHttp = ({ features, settings, ...manifest }, url) => ({
  ...manifest,
  features: {
    ...features,
    slash_commands: features.slash_commands.map((command) => ({ ...command, url })),
  },
  settings: {
    ...settings,
    event_subscriptions: { request_url: url, ...settings.event_subscriptions },
    interactivity: { ...settings.interactivity, request_url: url },
    socket_mode_enabled: false,
  },
})

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const manifest = JSON.parse(readFileSync(at('manifests', 'slack.json'), 'utf8'))
if (values.url === undefined) say(JSON.stringify(manifest, null, 2))
else if (URL.canParse(values.url) && new URL(values.url).protocol === 'https:')
  say(JSON.stringify(overHttp(manifest, new URL(PATH, values.url).href), null, 2))
else stop('Say the public address: npm run manifest:slack -- --url https://curfew.example.com')
