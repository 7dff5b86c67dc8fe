/**
 * The smallest Bolt app there is: what acknowledging one slash command costs without Curfew; with `commit` as its argument it first
 * sets one key of a request's size by a script. A child process of a bench.
 */
import { App, HTTPReceiver, LogLevel } from '@slack/bolt'
import { Redis } from 'ioredis'

const {
  SLACK_SIGNING_SECRET: signingSecret = '',
  SLACK_BOT_TOKEN: token = '',
  SLACK_API_URL = '',
  REDIS_URL = '',
} = process.env
const receiver = new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR })
const app = new App({
  receiver,
  token,
  tokenVerificationEnabled: false,
  botId: 'B0CURFEW00',
  botUserId: 'U0CURFEW00',
  clientOptions: { slackApiUrl: SLACK_API_URL },
  logLevel: LogLevel.ERROR,
})
const redis = process.argv.includes('commit') ? new Redis(REDIS_URL) : undefined
const record = 'x'.repeat(2_000)
app.command('/jit', async ({ ack }) => {
  await redis?.eval("return redis.call('SET', KEYS[1], ARGV[1])", 1, '{bench}:1', record)
  await ack({ text: 'ok' })
})
const server = await app.start({ port: 0, host: '127.0.0.1' })
const address = 'address' in server ? server.address() : null
if (address === null || typeof address === 'string') throw new Error('no port')
process.stdout.write(`${address.port}\n`)
