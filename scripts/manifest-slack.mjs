/**
 * Prints Slack's app manifest: for Socket Mode as it stands in manifests/, or with `--url https://…` for signed HTTP, where
 * Slack calls that address.
 */
import { readFileSync } from 'node:fs'
import { readFlags, readHttps } from './lib/read-flags.mjs'
import { at, say } from './lib/run.mjs'

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
    interactivity: { ...settings.interactivity, request_url: url, message_menu_options_url: url },
    socket_mode_enabled: false,
  },
})

const USAGE = 'npm run manifest:slack -- --url https://curfew.example.com'

const { url } = readFlags(['url'], USAGE)
const manifest = JSON.parse(readFileSync(at('manifests', 'slack.json'), 'utf8'))
const printed = url === undefined ? manifest : overHttp(manifest, new URL(PATH, readHttps(url, USAGE)).href)
say(JSON.stringify(printed, null, 2))
