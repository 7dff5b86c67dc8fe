/** The sandbox as a person uses it: real Chromium, the real bot, Redis and PostgreSQL; one sandbox for the whole file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSandbox, type Sandbox } from '../../src/sandbox/open-sandbox.ts'
import { errorsOf, paneOf, startBrowser, violationsOf } from '../fixtures/browser.ts'

const BOT = ['--import', 'tsx', fileURLToPath(new URL('../../src/sandbox/bot.ts', import.meta.url))]
const WAIT_MS = 15_000
/** Of one journey, on a machine that does other things as well. */
const JOURNEY_MS = 90_000
const NAMES = {
  ana: 'Ana Ruiz',
  bob: 'Bob Okafor',
  cy: 'Cy Tanaka',
  dana: 'Dana Levi',
  gil: 'Gil Moreau',
} as const
type Who = keyof typeof NAMES

vi.setConfig({ testTimeout: JOURNEY_MS })

let folder: string
let sandbox: Sandbox
let browser: Browser
let context: BrowserContext
let page: Page
let errors: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-page-'))
  const options = { folder: join(folder, 'kept'), fresh: false, port: 0, command: BOT, say: () => undefined }
  ;[sandbox, browser] = await Promise.all([openSandbox(options), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await sandbox?.stop()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  // Colours are compared as they stand, not on their way.
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(WAIT_MS)
  page = await openTab()
  errors = errorsOf(page)
})

afterEach(async () => {
  await context.close()
  for (const who of Object.keys(NAMES))
    while (sandbox.slack.modal(who) !== undefined) await sandbox.slack.closeModal({ user: who })
})

const openTab = async (): Promise<Page> => {
  const tab = await context.newPage()
  await tab.goto(sandbox.url)
  const skip = tab.getByRole('button', { name: 'Skip the tour' })
  await tab.getByRole('region', { name: 'Ana Ruiz' }).waitFor()
  if (await skip.isVisible()) await skip.click()
  return tab
}

const be = async (who: Who, beside?: Who, tab = page): Promise<Locator> => {
  await tab.getByRole('button', { name: new RegExp(`^${who}`) }).click()
  await tab.getByLabel('Beside').selectOption({ label: beside ?? 'nobody' })
  return paneOf(tab, NAMES[who])
}

const enter = async (pane: Locator, room: RegExp | string): Promise<void> =>
  pane.getByRole('navigation').getByRole('button', { name: room }).click()

const type = async (pane: Locator, text: string): Promise<void> => {
  const box = pane.getByRole('combobox', { name: /^Message/ })
  await box.fill(text)
  await box.press('Enter')
}

/** The newest private answer in the room. */
const answer = (pane: Locator): Locator => pane.locator('.ephemeral').last()

const ask = async (pane: Locator, words = 'orders-db/readonly 30m because of INC-42'): Promise<string> => {
  const before = await pane.locator('.ephemeral').count()
  await type(pane, `/jit request ${words}`)
  const said = pane
    .locator('.ephemeral')
    .nth(before)
    .filter({ hasText: /R-\w{6} waits/ })
  await said.waitFor()
  return /R-\w{6}/.exec(await said.innerText())?.[0] ?? ''
}

const cardOf = (pane: Locator, id: string): Locator =>
  pane.locator('.message:not(.ephemeral)').filter({ hasText: id }).last()

const sql = async (pane: Locator): Promise<Locator> => {
  if (!(await pane.getByRole('button', { name: 'Read the orders' }).isVisible()))
    await pane.getByRole('button', { name: 'SQL', exact: true }).click()
  await pane.getByRole('button', { name: 'Read the orders' }).click()
  return pane.locator('.sql-result')
}

const give = async (): Promise<string> => {
  const ana = await be('ana', 'bob')
  const bob = paneOf(page, NAMES.bob)
  const id = await ask(ana)
  await enter(bob, /dbas/)
  await cardOf(bob, id).getByRole('button', { name: 'Approve', exact: true }).click()
  await cardOf(bob, id).getByText('Access: active').waitFor()
  return id
}

test('two people side by side: asked by form, approved, SQL works, and it ends while the page is open', async () => {
  const ana = await be('ana', 'bob')
  const bob = paneOf(page, NAMES.bob)
  await (await sql(ana)).getByText('permission denied').waitFor()

  await type(ana, '/jit')
  const form = ana.getByRole('dialog')
  await form.getByRole('button', { name: 'Ask' }).click()
  await form.getByText('Complete this field.').first().waitFor()
  await form.getByRole('combobox', { name: 'What' }).fill('read')
  await form.getByRole('option', { name: /readonly/ }).click()
  await form.getByText('will be asked in').waitFor()
  await form.getByLabel('How long').fill('for ever')
  await form.getByLabel('Why').fill('INC-42 is burning')
  await form.getByRole('button', { name: 'Ask' }).click()
  // The bot's own words, under the field to blame.
  await form
    .locator('.field.wrong')
    .filter({ hasText: 'How long' })
    .getByRole('alert')
    .getByText(/45m|duration/i)
    .waitFor()
  expect(await form.getByLabel('Why').inputValue()).toBe('INC-42 is burning')
  // Bob can go on while Ana's form is open.
  await enter(bob, /dbas/)
  await form.getByLabel('How long').fill('10m')
  await form.getByRole('button', { name: 'Ask' }).click()
  await form.getByText(/R-\w{6} waits for/).waitFor()
  await form.getByRole('button', { name: 'Close' }).click()
  await form.waitFor({ state: 'detached' })

  const card = bob.locator('.message').filter({ hasText: 'INC-42 is burning' }).last()
  await card.getByRole('button', { name: 'Approve', exact: true }).click()
  await ana.getByRole('list', { name: 'Access now' }).getByText('ends in').waitFor()
  await (await sql(ana)).getByText('Hopper').waitFor()

  await page.getByRole('button', { name: 'To the next end' }).click()
  await ana.getByText('No access through Curfew right now.').waitFor()
  await (await sql(ana)).getByText('permission denied').waitFor()
  await card.getByText('Access: ended').waitFor()

  await enter(ana, /audit/)
  await ana
    .locator('.message')
    .filter({ hasText: 'INC-42 is burning' })
    .last()
    .getByRole('button', { name: /replies/ })
    .click()
  await ana
    .getByRole('complementary', { name: 'Thread' })
    .getByText('Ended: read back, the access is gone.')
    .waitFor()
  expect(errors).toEqual([])
})

test('a guest is refused in words, and nobody approves their own request', async () => {
  const gil = await be('gil')
  await type(gil, '/jit request orders-db/readonly 10m because of INC-42')
  await answer(gil).getByText(/guest/i).waitFor()

  const bob = await be('bob')
  await enter(bob, /dbas/)
  const id = await ask(bob)
  await cardOf(bob, id).getByRole('button', { name: 'Approve', exact: true }).click()
  await answer(bob)
    .getByText(/own request/)
    .waitFor()
})

test('denied with a reason, and the requester reads why', async () => {
  const ana = await be('ana', 'bob')
  const bob = paneOf(page, NAMES.bob)
  const id = await ask(ana)
  await enter(bob, /dbas/)
  await cardOf(bob, id).getByRole('button', { name: 'Deny' }).click()
  const form = bob.getByRole('dialog')
  await form.getByRole('textbox').fill('Not while the freeze is on')
  await form.getByRole('button', { name: 'Deny' }).click()
  await enter(ana, /Messages/)
  await cardOf(ana, id).getByText('Not while the freeze is on').waitFor()
})

test('given back from the direct message; revoking asks first', async () => {
  const first = await give()
  const ana = paneOf(page, NAMES.ana)
  const bob = paneOf(page, NAMES.bob)
  await enter(ana, /Messages/)
  await cardOf(ana, first).getByRole('button', { name: 'Give back' }).click()
  await cardOf(bob, first).getByText('Access: ended').waitFor()

  await enter(ana, /general/)
  const second = await give()
  await cardOf(bob, second).getByRole('button', { name: 'Revoke' }).click()
  const question = page.getByRole('dialog')
  await question.getByText(/Ana/).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await question.getByRole('button', { name: 'Revoke' }).click()
  await cardOf(bob, second).getByText('Access: ended').waitFor()
})

test('the bot dies in the middle, the page is loaded anew, sockets are cut: the journey goes on', async () => {
  const ana = await be('ana', 'bob')
  const id = await ask(ana)
  await page.getByRole('button', { name: 'Crash it' }).click()
  await page.getByText('Bot: down').or(page.getByText('Bot: starting')).first().waitFor()
  await page.reload()
  await page.getByText('Bot: running').waitFor()
  const bob = paneOf(page, NAMES.bob)
  await enter(bob, /dbas/)
  await cardOf(bob, id).getByRole('button', { name: 'Approve', exact: true }).click()
  await cardOf(bob, id).getByText('Access: active').waitFor()

  sandbox.slack.sockets.recycle('cut')
  await sandbox.slack.waitFor(() => sandbox.slack.sockets.count() > 0, { timeoutMs: WAIT_MS })
  await type(paneOf(page, NAMES.ana), `/jit done ${id}`)
  await cardOf(bob, id).getByText('Access: ended').waitFor()
})

test('Home shows what waits for a decision, and is kept current', async () => {
  const bob = await be('bob', 'ana')
  await enter(bob, /Home/)
  await bob.getByText('Waits for your decision').waitFor()
  const id = await ask(paneOf(page, NAMES.ana))
  await bob.getByRole('region', { name: 'Home of Curfew' }).getByText(id).first().waitFor()
  const ana = paneOf(page, NAMES.ana)
  await type(ana, `/jit withdraw ${id}`)
  await bob
    .getByRole('region', { name: 'Home of Curfew' })
    .getByText(id)
    .first()
    .waitFor({ state: 'detached' })
})

test('the digest is told each morning, and shown when asked for', async () => {
  const dana = await be('dana')
  await type(dana, '/jit digest')
  await answer(dana)
    .getByText(/digest/i)
    .first()
    .waitFor()
  await enter(dana, /ops/)
  await page.getByRole('button', { name: '+1 day' }).click()
  await dana.locator('.message').getByText('Daily digest').first().waitFor()
})

test('a modal belongs to the tab that asked for it, though both are the same person', async () => {
  const other = await openTab()
  await type(paneOf(page, NAMES.ana), '/jit')
  await paneOf(page, NAMES.ana).getByRole('dialog').waitFor()
  await type(paneOf(other, NAMES.ana), 'I can still write here')
  await paneOf(page, NAMES.ana).getByText('I can still write here').waitFor()
  expect(await paneOf(other, NAMES.ana).getByRole('dialog').count()).toBe(0)
  await paneOf(page, NAMES.ana).getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await paneOf(page, NAMES.ana).getByRole('dialog').waitFor({ state: 'detached' })
})

test('offline it says so and keeps what was typed; back online it shows what was missed', async () => {
  const ana = await be('ana')
  await ana.getByRole('combobox', { name: /^Message/ }).fill('half a sen')
  await context.setOffline(true)
  await page.getByText('Reconnecting…').waitFor()
  sandbox.slack.say({ user: 'bob', channel: 'general', text: 'Said while you were away' })
  await context.setOffline(false)
  await ana.getByText('Said while you were away').waitFor()
  expect(await ana.getByRole('combobox', { name: /^Message/ }).inputValue()).toBe('half a sen')
})

test('HTML and mentions in what people write are only words', async () => {
  const ana = await be('ana')
  const text =
    '<img src=x onerror="document.title=1"><script>document.title=2</script> <https://evil.test|ok> &amp;'
  await type(ana, `/jit request orders-db/readonly 10m because ${text}`)
  await answer(ana).waitFor()
  await enter(ana, /audit/)
  await ana.locator('.message').getByText('onerror').last().waitFor()
  expect(await ana.locator('img').count()).toBe(0)
  expect(await page.title()).toBe('Curfew sandbox')
  expect(errors).toEqual([])
})

test('the tour goes on by itself as things are done', async () => {
  await page.getByRole('button', { name: 'Tour' }).click()
  const tour = page.getByRole('complementary', { name: 'Guided tour' })
  await tour.getByRole('button', { name: 'Next' }).click()
  await be('bob')
  await tour.getByText(/^[3-7] of 7/).waitFor()
  await tour.getByRole('button', { name: 'Skip the tour' }).click()
  expect(await tour.count()).toBe(0)
})

describe.each(['light', 'dark'] as const)('axe finds nothing serious (%s)', (colorScheme) => {
  test('in any view', async () => {
    await page.emulateMedia({ colorScheme })
    const ana = await be('ana', 'bob')
    const look = async (what: string): Promise<void> =>
      expect({ what, found: await violationsOf(page) }).toEqual({ what, found: [] })
    await ask(ana)
    const bob = paneOf(page, NAMES.bob)
    await enter(bob, /dbas/)
    await bob.getByRole('button', { name: 'Approve', exact: true }).last().waitFor()
    await look('the card')
    await (await sql(ana)).getByText(/permission denied|rows/).waitFor()
    await look('SQL')
    await enter(ana, /audit/)
    await ana
      .getByRole('button', { name: /repl(y|ies)$/ })
      .last()
      .click()
    await look('a thread')
    await enter(bob, /Home/)
    await bob.getByText('What you may ask for').waitFor()
    await look('Home')
    await type(ana, '/jit')
    await ana.getByRole('dialog').getByRole('button', { name: 'Ask' }).click()
    await ana.getByRole('dialog').getByRole('combobox', { name: 'What' }).fill('o')
    await ana.getByRole('option', { name: /readonly/ }).waitFor()
    await look('a form with errors and an open list')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'The YAML behind this' }).click()
    await page.getByRole('dialog').getByText('operators:').waitFor()
    await look('the config')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    await look('a phone')
  })
})
