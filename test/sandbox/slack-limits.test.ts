import { describe, expect, test } from 'vitest'
import { type Limit, type LimitName, SLACK_LIMITS } from '../../src/sandbox/slack/limits.ts'
import { ANA, actions, button, DBA, errorOf, startAcme } from './slack-fixture.ts'

const x = (length: number) => 'x'.repeat(length)
const plain = (length: number) => ({ type: 'plain_text', text: x(length) })
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: x(length) })
const times = <T>(n: number, make: (at: number) => T) => Array.from({ length: n }, (_, at) => make(at))

const confirm = (change: object) => ({
  title: plain(1),
  text: plain(1),
  confirm: plain(1),
  deny: plain(1),
  ...change,
})
const withButton = (change: object) => ({ type: 'actions', elements: [{ ...button('a', 'A'), ...change }] })
const option = (change: object = {}) => ({ text: plain(1), value: 'v', ...change })
const select = (change: object = {}) => ({
  type: 'actions',
  elements: [{ type: 'static_select', action_id: 's', options: [option()], ...change }],
})
const picture = { type: 'image', image_url: 'https://acme.test/a.png', alt_text: 'a' }
const card = (block: object) => ({ blocks: [block] })

const modal = (change: object = {}) => ({
  type: 'modal',
  title: plain(1),
  submit: plain(1),
  blocks: [] as object[],
  ...change,
})
const field = (element: object = {}, change: object = {}) => ({
  type: 'input',
  label: plain(1),
  element: { type: 'plain_text_input', action_id: 'a', ...element },
  ...change,
})
const form = (...blocks: object[]) => modal({ blocks })

/** A message, or a view, of which exactly one measure is `n`. */
const SAMPLES: Record<LimitName, (n: number) => object> = {
  blocks: (n) => ({ blocks: times(n, () => ({ type: 'divider' })) }),
  blocksTotal: (n) => {
    const blocks = times(10, () => ({ type: 'section', text: mrkdwn(1_300) }))
    const rest = n - JSON.stringify(blocks).length
    return {
      blocks: blocks.map((block, at) => (at === 0 ? { ...block, text: mrkdwn(1_300 + rest) } : block)),
    }
  },
  messageText: (n) => ({ text: x(n) }),
  metadata: (n) => {
    const made = (key: string) => ({ event_type: 'curfew', event_payload: { key } })
    return { metadata: made(x(n - JSON.stringify(made('')).length)) }
  },
  blockId: (n) => card({ type: 'divider', block_id: x(n) }),
  textObject: (n) => card({ type: 'section', text: mrkdwn(n) }),
  headerText: (n) => card({ type: 'header', text: plain(n) }),
  sectionFields: (n) => card({ type: 'section', fields: times(n, () => mrkdwn(1)) }),
  fieldText: (n) => card({ type: 'section', fields: [mrkdwn(n)] }),
  contextElements: (n) => card({ type: 'context', elements: times(n, () => mrkdwn(1)) }),
  actionsElements: (n) => card({ type: 'actions', elements: times(n, (at) => button(`a${at}`, 'A')) }),
  imageAlt: (n) => card({ ...picture, alt_text: x(n) }),
  imageUrl: (n) => card({ ...picture, image_url: x(n) }),
  imageTitle: (n) => card({ ...picture, title: plain(n) }),
  actionId: (n) => card(withButton({ action_id: x(n) })),
  buttonText: (n) => card(withButton({ text: plain(n) })),
  buttonValue: (n) => card(withButton({ value: x(n) })),
  buttonUrl: (n) => card(withButton({ url: x(n) })),
  buttonLabel: (n) => card(withButton({ accessibility_label: x(n) })),
  selectOptions: (n) => card(select({ options: times(n, () => option()) })),
  overflowOptions: (n) => card(select({ type: 'overflow', options: times(n, () => option()) })),
  placeholder: (n) => card(select({ placeholder: plain(n) })),
  optionText: (n) => card(select({ options: [option({ text: plain(n) })] })),
  optionValue: (n) => card(select({ options: [option({ value: x(n) })] })),
  optionDescription: (n) => card(select({ options: [option({ description: plain(n) })] })),
  confirmTitle: (n) => card(withButton({ confirm: confirm({ title: plain(n) }) })),
  confirmText: (n) => card(withButton({ confirm: confirm({ text: mrkdwn(n) }) })),
  confirmYes: (n) => card(withButton({ confirm: confirm({ confirm: plain(n) }) })),
  confirmNo: (n) => card(withButton({ confirm: confirm({ deny: plain(n) }) })),
  viewBlocks: (n) => form(...times(n, () => ({ type: 'divider' }))),
  viewTotal: (n) => {
    const blocks = times(100, () => ({ type: 'section', text: mrkdwn(2_000) }))
    const rest = n - JSON.stringify(form(...blocks)).length
    const [most, more] = [Math.floor(rest / 100), rest % 100]
    return form(
      ...blocks.map((block, at) => ({ ...block, text: mrkdwn(2_000 + most + (at < more ? 1 : 0)) })),
    )
  },
  modalTitle: (n) => modal({ title: plain(n) }),
  modalSubmit: (n) => modal({ submit: plain(n) }),
  modalClose: (n) => modal({ close: plain(n) }),
  callbackId: (n) => modal({ callback_id: x(n) }),
  externalId: (n) => modal({ external_id: x(n) }),
  privateMetadata: (n) => modal({ private_metadata: x(n) }),
  inputLabel: (n) => form(field({}, { label: plain(n) })),
  inputHint: (n) => form(field({}, { hint: plain(n) })),
  inputPlaceholder: (n) => form(field({ placeholder: plain(n) })),
  inputInitial: (n) => form(field({ initial_value: x(n) })),
  inputMinLength: (n) => form(field({ min_length: n })),
  inputMaxLength: (n) => form(field({ max_length: n })),
  radioOptions: (n) => form(field({ type: 'radio_buttons', options: times(n, () => option()) })),
  checkboxOptions: (n) => form(field({ type: 'checkboxes', options: times(n, () => option()) })),
}

const rows = Object.entries(SLACK_LIMITS as Record<LimitName, Limit>) as [LimitName, Limit][]
const refusing = rows.filter(([, { error }]) => error !== null)

describe('every limit of the table: at it passes, beyond it fails by name', () => {
  test.each(refusing)('%s', async (name, { max, min = 0, error }) => {
    const { slack, client } = await startAcme()
    const isOfView = error === 'invalid_arguments' || error === 'view_too_large'
    const post = (n: number) => {
      const sample = SAMPLES[name](n)
      const trigger_id = slack.issueTrigger({ user: ANA })
      if (isOfView) return errorOf(client.views.open({ trigger_id, view: sample as never }))
      return errorOf(client.chat.postMessage({ channel: DBA, text: 'x', ...sample } as never))
    }
    expect(await post(max)).toBe('ok')
    expect(await post(max + 1)).toBe(error)
    if (min > 0) expect(await post(min - 1)).toBe(error)
  })

  test('every row says where it comes from', () => {
    for (const [, { page }] of rows) expect(page).toMatch(/^https:\/\//)
  })
})

test('a long text is cut, not refused, and Slack says so', async () => {
  const { slack, client } = await startAcme()
  const { max } = SLACK_LIMITS.messageText
  const whole = await client.chat.postMessage({ channel: DBA, text: x(max) })
  expect(whole).not.toHaveProperty('warning')
  const cut = await client.chat.postMessage({ channel: DBA, text: x(max + 1) })
  expect(cut).toMatchObject({ warning: 'message_truncated' })
  expect(slack.messages('dba').map(({ text }) => text.length)).toEqual([max, max])
})

test.each([
  ['an unknown block', { type: 'nonsense' }],
  ['an unknown element', { type: 'actions', elements: [{ type: 'nonsense', action_id: 'a' }] }],
  ['an unknown property', { type: 'divider', colour: 'red' }],
  ['a style that is neither primary nor danger', withButton({ style: 'default' })],
  ['mrkdwn in a header', { type: 'header', text: mrkdwn(1) }],
  ['mrkdwn on a button', withButton({ text: mrkdwn(1) })],
  ['a section of nothing', { type: 'section' }],
  ['two equal action ids in one block', actions(button('a', 'A'), button('a', 'B'))],
])('%s is refused with invalid_blocks, and where', async (_, block) => {
  const { slack, client } = await startAcme()
  const post = client.chat.postMessage({ channel: DBA, text: 'x', blocks: [block] as never })
  await expect(post).rejects.toMatchObject({
    data: {
      error: 'invalid_blocks',
      response_metadata: { messages: [expect.stringContaining('json-pointer:/blocks/0')] },
    },
  })
  expect(slack.messages('dba')).toEqual([])
})

test.each([
  ['an input without a submit button', { ...form(field()), submit: undefined }],
  ['an unknown input', form(field({ type: 'nonsense' }))],
  ['a label in mrkdwn', form(field({}, { label: mrkdwn(1) }))],
  ['a title in mrkdwn', modal({ title: mrkdwn(1) })],
  ['an unknown property', modal({ colour: 'red' })],
  ['min_length beyond max_length', form(field({ min_length: 2, max_length: 1 }))],
  [
    'an initial option that is not offered',
    form(field({ type: 'radio_buttons', options: [option()], initial_option: option({ value: 'w' }) })),
  ],
  ['two fields in focus', form(field({ focus_on_load: true }), field({ focus_on_load: true }))],
  ['mrkdwn in a menu', form(field({ type: 'static_select', options: [option({ text: mrkdwn(1) })] }))],
  ['equal block ids', form({ type: 'divider', block_id: 'b' }, { type: 'divider', block_id: 'b' })],
])('a modal with %s is refused with invalid_arguments, and where', async (_, view) => {
  const { slack, client } = await startAcme()
  const opening = client.views.open({ trigger_id: slack.issueTrigger({ user: ANA }), view: view as never })
  await expect(opening).rejects.toMatchObject({
    data: {
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringMatching(/^\[ERROR\] .* \[json-pointer:\/view/)] },
    },
  })
  expect(slack.modals('ana')).toEqual([])
})

test('no message may hold an input', async () => {
  const { client } = await startAcme()
  const blocks = [field()] as never
  expect(await errorOf(client.chat.postMessage({ channel: DBA, text: 'x', blocks }))).toBe('invalid_blocks')
})

test('every field of a form is taken, in a modal and on a Home tab', async () => {
  const { slack, client } = await startAcme()
  const offered = { options: [option()] }
  const blocks = [
    field({ multiline: true, min_length: 3, max_length: 300 }, { optional: true, dispatch_action: true }),
    field({ dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } }),
    field({ type: 'external_select', min_query_length: 0, initial_option: option() }),
    field({ type: 'static_select', ...offered, initial_option: option() }),
    field({ type: 'radio_buttons', ...offered }),
    field({ type: 'checkboxes', options: [option({ text: mrkdwn(1) })] }),
    { type: 'section', text: mrkdwn(1), accessory: { type: 'external_select', action_id: 'e' } },
    { type: 'actions', elements: [{ type: 'external_select', action_id: 'e' }] },
  ]
  const trigger_id = slack.issueTrigger({ user: ANA })
  expect(await errorOf(client.views.open({ trigger_id, view: form(...blocks) as never }))).toBe('ok')
  const view = { type: 'home', blocks } as never
  expect(await errorOf(client.views.publish({ user_id: ANA, view }))).toBe('ok')
})

test('block ids are unique in a message, also on an update', async () => {
  const { client } = await startAcme()
  const twins = [
    { type: 'divider', block_id: 'b' },
    { type: 'divider', block_id: 'b' },
  ] as const
  expect(await errorOf(client.chat.postMessage({ channel: DBA, text: 'x', blocks: [...twins] }))).toBe(
    'invalid_blocks',
  )
  const { ts = '' } = await client.chat.postMessage({ channel: DBA, text: 'x' })
  expect(await errorOf(client.chat.update({ channel: DBA, ts, text: 'x', blocks: [...twins] }))).toBe(
    'invalid_blocks',
  )
})

test('the blocks that a card is made of are all taken', async () => {
  const { slack, client } = await startAcme()
  const blocks = [
    { type: 'header', text: plain(3) },
    { type: 'section', text: mrkdwn(3), accessory: button('b', 'B') },
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: '*x* <!channel>' }] }],
    },
    { type: 'context', elements: [mrkdwn(3)] },
    actions(button('a', 'A')),
  ]
  expect(await errorOf(client.chat.postMessage({ channel: DBA, text: 'x', blocks: blocks as never }))).toBe(
    'ok',
  )
  expect(slack.messages('dba')[0]?.blocks?.map(({ block_id }) => block_id)).toEqual([
    'b0',
    'b1',
    'b2',
    'b3',
    'b4',
  ])
})
