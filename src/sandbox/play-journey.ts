/**
 * The journey in the terminal: SQL refused, a request, the card, an approval, SQL that works, the time is up, SQL
 * refused, and the audit thread. Everything is real but Slack, which is a stand-in over HTTP; it stops by itself.
 */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Message } from './slack/model.ts'
import { type Stage, startStage } from './stage.ts'

const LENGTH = '20s'
const WAIT_MS = 60_000
const ZONE = 'Europe/Berlin'

interface Terminal {
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown }
}

/** Plays it once. Resolves to the exit code; leaves no process behind, also when it is interrupted. */
export const playJourney = async ({ out, err }: Terminal): Promise<number> => {
  const say = (text: string): void => void out.write(`${text}\n`)
  say(
    'Curfew, on this machine: a private Redis, a real PostgreSQL, a stand-in for Slack, and the bot as it runs in production.\n',
  )
  const interrupted = once(process, 'SIGINT').then(() => 'interrupted' as const)
  let stage: Stage | undefined
  try {
    stage = await startStage({ command: botCommand() })
    say(`PostgreSQL ${stage.postgres.version} and Redis are up; the bot listens on ${stage.bot().origin}\n`)
    const ended = await Promise.race([play(stage, say), interrupted])
    if (ended === 'interrupted') say('\nStopping.')
    else say('Now look at README.md: the same with your own Slack and database takes ten minutes.')
    return 0
  } catch (thrown) {
    err.write(
      `The journey stopped: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${stage?.bot().errors() ?? ''}`,
    )
    return 1
  } finally {
    await stage?.stop()
  }
}

/** The same program as this one: built, or run through a loader. */
const botCommand = (): readonly string[] => [...process.execArgv, fileURLToPath(mainUrl()), 'start']

const mainUrl = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url)

const play = async (stage: Stage, say: (text: string) => void): Promise<void> => {
  const { slack, channels } = stage
  let step = 0
  const begin = (title: string): void => {
    step += 1
    say(`${step}. ${title}`)
  }
  const show = (text: string): void =>
    say(
      text
        .split('\n')
        .map((line) => `   | ${line}`)
        .join('\n'),
    )

  begin('Ana tries to read the orders')
  show(await trySql(stage))

  begin(`Ana types: /jit request orders-db/readonly ${LENGTH} because of INC-42`)
  await slack.slashCommand({ user: 'ana', text: `request orders-db/readonly ${LENGTH} because of INC-42` })
  show(
    slack
      .ephemeral('ana')
      .map((message) => slack.renderText(message, { zone: ZONE }))
      .at(-1) ?? '',
  )

  begin('The card in #dbas')
  const card = await newest(stage, () => slack.messages(channels.dbas).at(-1))
  show(slack.renderText(card, { zone: ZONE }))

  begin('Bob presses Approve')
  await slack.pressButton({ user: 'bob', channel: channels.dbas, label: 'Approve' })
  await newest(stage, () => lineWith(stage, 'Access is given'))
  show(slack.renderText(slack.messages(channels.dbas).at(-1) ?? card, { zone: ZONE }))

  begin('Ana tries again')
  show(await trySql(stage))

  begin('The time is up')
  await newest(stage, () => lineWith(stage, 'Ended'))
  show(await trySql(stage))

  begin('The audit thread')
  for (const message of audit(stage)) show(slack.renderText(message, { zone: ZONE }))
  say('')
}

const audit = ({ slack, channels }: Stage): readonly Message[] => {
  const root = slack.messages(channels.audit).at(-1)
  return root === undefined ? [] : slack.thread(channels.audit, root.ts)
}

const lineWith = (stage: Stage, words: string): Message | undefined =>
  audit(stage).find((message) => message.text.includes(words))

/** Waits for Slack to show something. */
const newest = async (stage: Stage, find: () => Message | undefined): Promise<Message> => {
  await stage.slack.waitFor(() => find() !== undefined, { timeoutMs: WAIT_MS })
  const found = find()
  if (found === undefined) throw new Error('it was there and is gone')
  return found
}

/** As Ana, with her own password, on a fresh connection. */
const trySql = async ({ orders }: Stage): Promise<string> => {
  const sql = 'SELECT customer, item FROM orders LIMIT 2'
  const client = await orders.connectAs('ana')
  try {
    const { rows } = await client.query<{ customer: string; item: string }>(sql)
    return [`ana=> ${sql};`, ...rows.map((row) => `${row.customer} | ${row.item}`)].join('\n')
  } catch (thrown) {
    return `ana=> ${sql};\nERROR: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  } finally {
    await client.end()
  }
}
