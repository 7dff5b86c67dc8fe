/** The smallest Bolt app there is: what acknowledging one slash command costs without Curfew. A child process of a bench. */
import { App, HTTPReceiver, LogLevel } from '@slack/bolt'

const {
  SLACK_SIGNING_SECRET: signingSecret = '',
  SLACK_BOT_TOKEN: token = '',
  SLACK_API_URL = '',
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
app.command('/jit', async ({ ack }) => {
  await ack({ text: 'ok' })
})
const server = await app.start({ port: 0, host: '127.0.0.1' })
const address = 'address' in server ? server.address() : null
if (address === null || typeof address === 'string') throw new Error('no port')
process.stdout.write(`${address.port}\n`)
