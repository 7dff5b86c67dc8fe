import { expect, test } from 'vitest'
import { startAcme } from './slack-fixture.ts'

const DAY = Date.UTC(2026, 10, 24, 9, 0) / 1_000

const start = async () => {
  const { slack } = await startAcme({ now: () => DAY * 1_000 })
  const section = (text: string) => ({
    text: '',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
  })
  const read = (text: string, zone?: string) => slack.renderText(section(text), zone ? { zone } : {})
  return { slack, section, read }
}

test('a card as a terminal shows it', async () => {
  const { slack } = await start()
  const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
  const plain = (text: string) => ({ type: 'plain_text', text })
  const button = (label: string) => ({ type: 'button', action_id: label, text: plain(label) })
  const blocks = [
    { type: 'header', text: plain('Access requested') },
    { type: 'section', fields: [mrkdwn('*Who*\n<@U0ANA00000>'), mrkdwn('*Access*\n`orders-db/readonly`')] },
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: 'INC-42 *now*\n<!channel>' }] }],
    },
    { type: 'section', text: mrkdwn('> an older quote') },
    { type: 'divider' },
    { type: 'context', elements: [mrkdwn('under *default*'), plain('R-7K3QX9')] },
    { type: 'actions', elements: [button('Approve'), button('Deny')] },
  ]
  expect(slack.renderText({ text: 'asked', blocks })).toBe(
    [
      '■ Access requested',
      'Who     @ana',
      'Access  `orders-db/readonly`',
      '│ INC-42 *now*',
      '│ <!channel>',
      '│ an older quote',
      '────────',
      '· under default  R-7K3QX9',
      '[Approve] [Deny]',
    ].join('\n'),
  )
})

test('without blocks the text is shown', async () => {
  const { slack } = await start()
  expect(slack.renderText({ text: '*hi* <@U0ANA00000>' })).toBe('hi @ana')
})

test.each([
  ['<@U0ANA00000> and <@U0GONE0000>', '@ana and @U0GONE0000'],
  ['in <#C0DBA00000>, <!subteam^S0DBAS0000>', 'in #dba, @dbas'],
  ['<!here> <!channel>', '@here @channel'],
  ['<https://acme.test|the page> <https://acme.test>', 'the page (https://acme.test) https://acme.test'],
  ['&lt;!channel&gt; &amp;amp; &quot;', '<!channel> &amp; &quot;'],
  ['*bold* 2*3*4 `*code*`', 'bold 2*3*4 `*code*`'],
])('%s', async (mrkdwn, text) => {
  const { read } = await start()
  expect(read(mrkdwn)).toBe(text)
})

test('dates are in the reader’s zone, or their fallback without one', async () => {
  const { read } = await start()
  const at = (seconds: number) => `<!date^${seconds}^{date_short_pretty} {time}|24 Nov, 09:00 UTC>`
  expect(read(at(DAY), 'Europe/Berlin')).toBe('today 10:00')
  expect(read(at(DAY), 'America/New_York')).toBe('today 04:00')
  expect(read(at(DAY + 86_400), 'Europe/Berlin')).toBe('tomorrow 10:00')
  expect(read(at(DAY - 30 * 86_400), 'Europe/Berlin')).toBe('Oct 25, 2026 10:00')
  expect(read(at(DAY))).toBe('24 Nov, 09:00 UTC')
  expect(read(`<!date^${DAY}^{nonsense}|x>`, 'Europe/Berlin')).toBe('{nonsense}')
})

test('what is live is told from what only looks so', async () => {
  const { slack, section } = await start()
  expect(slack.live(section('&lt;!channel&gt; &lt;@U0ANA00000&gt; https'))).toEqual([])
  expect(slack.live(section('<!channel> <@U0ANA00000> <https://evil.test|acme.test>'))).toEqual([
    { is: 'broadcast', id: 'channel' },
    { is: 'user', id: 'U0ANA00000' },
    { is: 'link', id: 'https://evil.test', label: 'acme.test' },
  ])
})
