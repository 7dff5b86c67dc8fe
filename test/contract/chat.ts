/**
 * What every kind of chat must do, as one suite over a descriptor: gestures come in verified and once, answers are private
 * and in time, forms keep what was typed, cards stay current, and no word that a person typed ever comes to life.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Button,
  type Card,
  code,
  type Part,
  person,
  plain,
  time,
  type Verb,
} from '../../src/domain/cards/card.ts'
import { drawDigest } from '../../src/domain/cards/digest-card.ts'
import { drawEndings } from '../../src/domain/cards/endings-card.ts'
import { endingButton } from '../../src/domain/cards/request-buttons.ts'
import type { Field, Form, Option } from '../../src/domain/forms/form.ts'
import type { PersonId, Place, Request, RequestId } from '../../src/domain/model.ts'
import { sumUp } from '../../src/domain/sum-up.ts'
import type { Answer, Call, Chat, DirectoryChange, Gesture, Posted } from '../../src/ports.ts'
import { ana, bob, inPhase, T0 } from '../domain/world.ts'

/** A bot connected to a real server of the platform, with Ana and Bob in it, a guest, and Otto from elsewhere. */
export interface ChatStage {
  readonly chat: Chat
  /** What reached Curfew, oldest first. */
  readonly gestures: readonly Gesture[]
  readonly hints: readonly DirectoryChange[]
  answerWith(on: (gesture: Gesture) => Promise<Answer>): void
  expectForms(expects: (gesture: Gesture) => string | undefined): void
  refOf(who: string): string
  place(kind: Place['kind'], to: string): Place
  call(): Call
  /** What people do; each answers how long the platform waited for the bot, ms. */
  type(who: string, words: string): Promise<number>
  /** Asks for a form in the quickest way. */
  askForForm(who: string): Promise<number>
  press(who: string, label: string, at: Posted): Promise<number>
  /** In the last private answer they got. */
  pressPrivately(who: string, label: string): Promise<number>
  /** The very same once more, as platforms do when they think that it got lost. */
  repeat(): Promise<void>
  shortcut(who: string): Promise<number>
  pressInForm(who: string, label: string): Promise<number>
  /** What somebody does for whom a form says that it is being worked on: nothing where it is filled by itself. */
  lookAgain(who: string): Promise<void>
  choose(who: string, field: string, value: string): Promise<void>
  search(who: string, field: string, text: string): Promise<readonly string[]>
  /** Closes whatever forms are open. */
  dismiss(who: string): Promise<void>
  submit(who: string, values: Readonly<Record<string, string>>): Promise<number>
  openHome(who: string): Promise<number>
  pressAtHome(who: string, label: string): Promise<number>
  leave(who: string): Promise<void>
  regroup(group: string, who: readonly string[]): Promise<void>
  /** What people read, as lines. */
  privately(who: string): readonly string[]
  form(who: string): string | undefined
  errors(who: string): Readonly<Record<string, string>>
  home(who: string): string | undefined
  /** What they were answered on their own page. */
  besideHome(who: string): string | undefined
  message(at: Posted): string | undefined
  thread(at: Posted): readonly string[]
  /** What notifications and screen readers say. */
  spoken(at: Posted): string
  /** Mentions, calls to everybody and links that are live in whatever anybody can see, but for dates. */
  live(): readonly string[]
  until<T>(look: () => T): Promise<unknown>
  /** The platform refuses to open forms from now on; where typed words open none, it always does. */
  closeForms(): () => void
  stop(): Promise<void>
}

/** Where platforms differ: what one of them cannot do is declared, tested as such, and stands in the README. */
export interface ChatAbilities {
  /** Whether a message of unknown fate can be looked for; otherwise it may come twice, under its one number. */
  readonly findsMessages: boolean
  /** Typed words open a form; otherwise they are answered with a button that does. */
  readonly opensFormsByWords: boolean
  /** How many choices are shown while somebody types. */
  readonly choices: number
  /** Whether it is heard that a person left the organisation; otherwise the directory is asked, in its own time. */
  readonly hearsOfPeople: boolean
}

export interface ChatDescriptor {
  readonly name: string
  readonly can: ChatAbilities
  start(): Promise<ChatStage>
}

const ID = 'R-7K3QX9' as RequestId
const WITHIN_MS = 3_000
const SLOW_MS = 2_600

const say = (words: string): Card => ({
  title: 'Answer',
  summary: [plain(words)],
  parts: [{ part: 'text', spans: [plain(words)] }],
})
const cardWith = (words: string, ...buttons: readonly Button[]): Card => ({
  title: 'Access request',
  summary: [plain(words)],
  parts: [
    { part: 'text', spans: [plain(words)] },
    { part: 'buttons', buttons },
  ],
})
const ACTIVE = inPhase('active').request as Request
/** One of many grants, of many people. */
const activeAt = (i: number): Request => ({
  ...ACTIVE,
  id: `R-${String(i).padStart(6, '0')}` as RequestId,
  requester: { ...bob, id: `p${i % 200}` as PersonId, name: `<!channel> ${i % 200}` },
})
const APPROVE: Button = { verb: 'approve', request: ID, label: 'Approve', style: 'primary' }
const line = (name: string, more: Partial<Field> = {}): Field =>
  ({
    part: 'field',
    name,
    label: `Label of ${name}`,
    input: 'line',
    max: 60,
    optional: true,
    ...more,
  }) as Field
const formWith = (...parts: readonly (Part | Field)[]): Form => ({
  form: 'request',
  about: ID,
  title: 'Ask for access',
  submit: 'Ask',
  words: '/jit request TARGET/ROLE 1h because REASON',
  parts,
})
const WHAT: Field = { part: 'field', name: 'what', label: 'What', input: 'search' }
const options = (count: number): readonly Option[] =>
  Array.from({ length: count }, (_, n) => ({
    value: `db/role-${n}`,
    label: `db/role-${n}`,
    note: `does ${n}`,
  }))

/** Words that would do something if anybody let them. */
const HOSTILE = [
  '<!channel> <!here> <!everyone>',
  '<@U0BOB00000> <#C0DBAS0000> <!subteam^S0ENG00000>',
  '<https://evil.test|trusted> [trusted](https://evil.test)',
  '&lt;!channel&gt; &amp;lt;!channel&amp;gt;',
  '*bold* _it_ ~no~ `code` ```block``` > quote',
  '<at>everyone</at> @channel @here',
  '<!date^1^{date}|x> <script>alert(1)</script>',
  '\u202egnp.exe \u0000 \u200b',
  '{{template}} %s %00 ../..',
  'x'.repeat(5_000),
  '👩‍👩‍👧‍👦'.repeat(300),
]

export const describeChat = (descriptor: ChatDescriptor): void => {
  const { can } = descriptor
  describe(descriptor.name, () => {
    let stage: ChatStage
    beforeAll(async () => {
      stage = await descriptor.start()
    })
    beforeEach(() => {
      stage.expectForms(() => undefined)
      stage.answerWith(async () => ({ card: say('heard') }))
    })
    afterAll(() => stage?.stop())

    const last = (): Gesture => {
      const gesture = stage.gestures.at(-1)
      if (gesture === undefined) throw new Error('nothing reached Curfew')
      return gesture
    }
    const send = (kind: Place['kind'], to: string, card: Card, key = 'k'): Promise<Posted> =>
      stage.chat.send({ place: stage.place(kind, to) }, card, key, stage.call())
    const untilForm = async (who: string, words: string): Promise<string> => {
      await stage.until(() => stage.form(who)?.includes(words))
      return stage.form(who) ?? ''
    }
    const slowly = (answer: Answer): (() => Promise<Answer>) => {
      return () => new Promise((resolve) => setTimeout(resolve, SLOW_MS, answer))
    }
    const openForm = async (who: string, form: Form): Promise<string> => {
      stage.expectForms(() => form.title)
      stage.answerWith(async () => ({ form }))
      await stage.dismiss(who)
      await stage.askForForm(who)
      const shown = await untilForm(who, 'Label')
      stage.expectForms(() => undefined)
      return shown
    }

    describe('words', () => {
      it('come with who typed them, and are answered to that person alone', async () => {
        expect(await stage.type('ana', 'request db/role 1h <because> & so')).toBeLessThan(WITHIN_MS)
        expect(last()).toMatchObject({
          actor: stage.refOf('ana'),
          does: { kind: 'words', text: 'request db/role 1h <because> & so' },
        })
        await stage.until(() => stage.privately('ana').some((text) => text.includes('heard')))
        expect(stage.privately('bob')).toEqual([])
      })

      it('that come twice carry the same id', async () => {
        await stage.type('ana', 'mine')
        const { id } = last()
        await stage.repeat()
        expect(last().id).toBe(id)
        await stage.type('ana', 'mine')
        expect(last().id).not.toBe(id)
      })

      it('whose answer takes long are acknowledged in time, and answered later', async () => {
        stage.answerWith(slowly({ card: say('at last') }))
        expect(await stage.type('ana', 'slow')).toBeLessThan(WITHIN_MS)
        expect(stage.privately('ana').at(-1)).toContain('Working on it')
        await stage.until(() => stage.privately('ana').some((text) => text.includes('at last')))
      })

      it('that cannot be handled are told so, without a word of why', async () => {
        stage.answerWith(() => Promise.reject(new Error('secret-of-ours')))
        await stage.type('ana', 'boom')
        await stage.until(() => stage.privately('ana').some((text) => text.includes('Nothing was changed')))
        expect(stage.privately('ana').join()).not.toContain('secret-of-ours')
      })
    })

    describe('cards', () => {
      it('stand in a channel, in a direct message and in a thread, and are redrawn in place', async () => {
        for (const [kind, to] of [
          ['card', 'dbas'],
          ['dm', 'ana'],
          ['thread', 'audit'],
        ] as const) {
          const at = await send(kind, to, cardWith('waiting', APPROVE))
          expect(stage.message(at)).toContain('waiting')
          expect(stage.message(at)).toContain('[Approve]')
          expect(await stage.chat.update(stage.place(kind, to), at, cardWith('done'), stage.call())).toBe(
            'done',
          )
          expect(stage.message(at)).toContain('done')
          expect(stage.message(at)).not.toContain('[Approve]')
        }
      })

      it('have their lines below them', async () => {
        const place = stage.place('thread', 'audit')
        const under = await stage.chat.send({ place }, cardWith('root'), 'root', stage.call())
        for (const words of ['1. first', '2. second'])
          await stage.chat.send({ place, under }, { ...say(words), title: '' }, words, stage.call())
        expect(stage.thread(under).map((text) => text.split('\n')[0])).toEqual(['1. first', '2. second'])
      })

      it(
        can.findsMessages
          ? 'are found again by their key, and nothing else is'
          : 'cannot be looked for, and that is said',
        async () => {
          const place = stage.place('card', 'dbas')
          const since = Date.now()
          const at = await stage.chat.send({ place }, cardWith('found'), 'the key', stage.call())
          const find = (key: string) => stage.chat.find({ place }, key, since, stage.call())
          const nobodyKnows = 'cannot tell'
          expect(await find('the key')).toEqual(can.findsMessages ? at : nobodyKnows)
          expect(await find('another key')).toBe(can.findsMessages ? 'absent' : nobodyKnows)
        },
      )

      it('that are gone are said to be gone', async () => {
        const at = { ...(await send('card', 'dbas', cardWith('x'))), id: '1000000000.000001' }
        expect(await stage.chat.update(stage.place('card', 'dbas'), at, cardWith('y'), stage.call())).toBe(
          'gone',
        )
      })

      it('say in words, for notifications and screen readers, what they show', async () => {
        const at = await send('card', 'dbas', { ...cardWith('x'), summary: [plain('Ana asks for db/role')] })
        expect(stage.spoken(at)).toBe('Ana asks for db/role')
        const bare = await send('card', 'dbas', { ...cardWith('x'), summary: [] })
        expect(stage.spoken(bare)).toBe('Access request')
      })

      it('can be pressed: the press says who, what and which, and its answer is private', async () => {
        const at = await send('card', 'dbas', cardWith('press me', APPROVE))
        const before = stage.privately('bob').length
        expect(await stage.press('bob', 'Approve', at)).toBeLessThan(WITHIN_MS)
        expect(last()).toMatchObject({
          actor: stage.refOf('bob'),
          does: { kind: 'press', verb: 'approve', value: ID },
        })
        await stage.until(() => stage.privately('bob').length > before)
        expect(stage.message(at)).toContain('press me')
      })

      it('of a digest stand, however much it tells; its buttons are answered privately, and it stays', async () => {
        const grants = Array.from({ length: 4_000 }, (_, i) => activeAt(i))
        const facts = { ...sumUp(grants, T0, T0), undelivered: [], surveys: [], checkpoint: null }
        const revoke = (request: Request) => endingButton(request, 'other')
        const at = await send('card', 'ops', drawDigest(facts, { to: 'posted' }))
        const before = stage.message(at)
        expect(before).toContain('Ends within 24 hours: 4,000')
        expect(before).toContain('/jit digest WORD')
        expect(before).not.toContain('Shortened')

        stage.answerWith(async () => ({ card: drawEndings(grants, revoke, ana.id) }))
        const answers = stage.privately('bob').length
        expect(await stage.press('bob', 'What may I end?', at)).toBeLessThan(WITHIN_MS)
        expect(last().does).toEqual({ kind: 'press', verb: 'endings', value: '' })
        const told = () =>
          stage
            .privately('bob')
            .slice(answers)
            .find((text) => text.includes('You may end'))
        await stage.until(told)
        for (const words of ['You may end: 4,000', '[Revoke]']) expect(told()).toContain(words)
        expect(told()).not.toContain('Shortened')

        stage.answerWith(async () => ({ card: say('it is being removed') }))
        expect(await stage.pressPrivately('bob', 'Revoke')).toBeLessThan(WITHIN_MS)
        expect(last().does).toEqual({ kind: 'press', verb: 'revoke', value: grants[0]?.id })
        await stage.until(() => stage.privately('bob').at(-1)?.includes('it is being removed'))
        expect(stage.message(at)).toBe(before)
      })

      it('presses of people from elsewhere never reach Curfew', async () => {
        const at = await send('card', 'dbas', cardWith('shared', APPROVE))
        const before = stage.gestures.length
        await stage.press('otto', 'Approve', at)
        await stage.until(() => stage.privately('otto').length > 0)
        expect(stage.gestures).toHaveLength(before)
        expect(stage.privately('otto').join()).toContain('only for members')
      })

      it('buttons about one extension say which', async () => {
        const button: Button = { verb: 'approve-extension', request: ID, extension: 2, label: 'More' }
        await stage.press('bob', 'More', await send('card', 'dbas', cardWith('x', button)))
        expect(last().does).toEqual({ kind: 'press', verb: 'approve-extension', value: `${ID}/2` })
      })

      it('of any length stand all the same, and keep what can be pressed', async () => {
        const parts: Part[] = Array.from({ length: 300 }, (_, n) => ({
          part: 'text',
          spans: [plain(`part ${n} ${'y'.repeat(200)}`)],
        }))
        const at = await send('card', 'dbas', {
          title: 'z'.repeat(999),
          summary: [plain('s')],
          parts: [...parts, { part: 'buttons', buttons: [APPROVE] }],
        })
        expect(stage.message(at)).toContain('part 0')
        expect(stage.message(at)).toContain('[Approve]')
        expect(stage.message(at)).toContain('Shortened')
      })
    })

    describe('forms', () => {
      const ways: readonly [string, (who: string) => Promise<number>][] = [
        ...(can.opensFormsByWords ? [['words', (who: string) => stage.type(who, '')] as const] : []),
        ['a shortcut', (who: string) => stage.shortcut(who)] as const,
      ].map(([by, ask]) => [by, ask] as [string, (who: string) => Promise<number>])
      it.each(
        ways,
      )('asked for by %s stand at once, and are filled when their answer is there', async (_, ask) => {
        stage.expectForms(() => 'Ask for access')
        let answer = (_: Answer): void => undefined
        stage.answerWith(
          () =>
            new Promise((resolve) => {
              answer = resolve
            }),
        )
        expect(await ask('ana')).toBeLessThan(WITHIN_MS)
        expect(await untilForm('ana', 'Working on it')).toContain('Ask for access')
        answer({ form: formWith(line('reason')) })
        await stage.lookAgain('ana')
        await untilForm('ana', 'Label of reason')
      })

      it.each<[Verb, string]>([
        ['deny', 'Deny'],
        ['sign', 'Sign the review'],
      ])('asked for by a button to %s, too; a refusal stands in their place', async (verb, label) => {
        const button: Button = { verb, request: ID, label }
        const at = await send('card', 'dbas', cardWith('x', button))
        stage.expectForms(() => 'Deny a request')
        stage.answerWith(async () => ({ card: say('it is too late') }))
        await stage.press('bob', label, at)
        await untilForm('bob', 'it is too late')
      })

      it('that the platform does not open are replaced by words', async () => {
        const again = stage.closeForms()
        stage.expectForms(() => 'Ask for access')
        stage.answerWith(async () => ({ form: formWith(line('reason')) }))
        const before = stage.privately('ana').length
        await stage.type('ana', '')
        await stage.until(() => stage.privately('ana').length > before)
        expect(stage.privately('ana').at(-1)).toContain('/jit request TARGET/ROLE 1h because REASON')
        again()
        if (can.opensFormsByWords) return
        await stage.pressPrivately('ana', 'Ask for access')
        await untilForm('ana', 'Label of reason')
      })

      it(`search: only what Curfew offers, ${can.choices} at most`, async () => {
        await openForm('ana', formWith(WHAT, line('reason')))
        stage.answerWith(async () => ({ options: options(100) }))
        expect(await stage.search('ana', 'what', 'role')).toHaveLength(can.choices)
        expect(last().does).toMatchObject({
          kind: 'search',
          form: 'request',
          about: ID,
          field: 'what',
          text: 'role',
        })
        stage.answerWith(async () => ({ options: [] }))
        expect(await stage.search('ana', 'what', 'nothing')).toEqual([])
        stage.answerWith(() => Promise.reject(new Error('down')))
        expect(await stage.search('ana', 'what', 'down')).toEqual([])
      })

      it('a choice draws them anew, and what was typed stays', async () => {
        await openForm('ana', formWith(WHAT, line('reason')))
        stage.answerWith(async ({ does }) =>
          does.kind === 'search'
            ? { options: options(3) }
            : { form: formWith(WHAT, line('ticket'), line('reason')) },
        )
        await stage.choose('ana', 'reason', 'the pager rang')
        await stage.choose('ana', 'what', 'db/role-2')
        expect(await untilForm('ana', 'Label of ticket')).toContain('the pager rang')
        expect(last().does).toEqual({
          kind: 'change',
          form: 'request',
          about: ID,
          values: { what: 'db/role-2', reason: 'the pager rang' },
        })
      })

      it('sent: with what they are about and what was filled in; the answer takes their place', async () => {
        await openForm(
          'ana',
          formWith(line('duration'), line('reason', { input: 'lines' } as Partial<Field>)),
        )
        stage.answerWith(async () => ({ card: say('asked for') }))
        expect(await stage.submit('ana', { duration: '1h', reason: 'INC-42\nand <more>' })).toBeLessThan(
          WITHIN_MS,
        )
        expect(last().does).toEqual({
          kind: 'submit',
          form: 'request',
          about: ID,
          values: { duration: '1h', reason: 'INC-42\nand <more>' },
        })
        await untilForm('ana', 'asked for')
      })

      it('sent twice carry the same id', async () => {
        await openForm('ana', formWith(line('duration')))
        await stage.submit('ana', { duration: '1h' })
        const { id } = last()
        await stage.repeat()
        expect(last().id).toBe(id)
      })

      it('say what is wrong under the field to blame, and keep what was typed', async () => {
        const form = formWith(line('duration'), line('reason'))
        await openForm('ana', form)
        const blames = { reason: 'Too short.', elsewhere: 'And so on.' }
        stage.answerWith(async ({ does }) =>
          does.kind === 'submit' ? { card: say('no'), blames } : { form },
        )
        await stage.submit('ana', { duration: '1h', reason: 'x' })
        expect(stage.errors('ana')).toEqual({ reason: 'Too short.', duration: 'And so on.' })
        expect(stage.form('ana')).toContain('1h')
      })

      it('whose answer takes long are acknowledged in time, and answered later', async () => {
        await openForm('ana', formWith(line('duration')))
        stage.answerWith(slowly({ card: say('at last, in the form') }))
        expect(await stage.submit('ana', { duration: '1h' })).toBeLessThan(WITHIN_MS)
        await stage.lookAgain('ana')
        await untilForm('ana', 'at last, in the form')
      })

      it('that cannot be handled are told so', async () => {
        await openForm('ana', formWith(line('duration')))
        stage.answerWith(() => Promise.reject(new Error('secret-of-ours')))
        await stage.submit('ana', { duration: '1h' })
        expect(await untilForm('ana', 'Nothing was changed')).not.toContain('secret-of-ours')
      })

      it('buttons in them are answered above them', async () => {
        const giveBack: Button = { verb: 'give-back', request: ID, label: 'Give back' }
        await openForm(
          'ana',
          formWith({ part: 'text', spans: [plain('yours')], button: giveBack }, line('reason')),
        )
        stage.answerWith(async () => ({ card: say('given back') }))
        await stage.pressInForm('ana', 'Give back')
        expect(last().does).toEqual({ kind: 'press', verb: 'give-back', value: ID })
        await untilForm('ana', 'given back')
      })
    })

    describe('one’s own page', () => {
      it('is drawn when it is opened, and anew when something changed', async () => {
        stage.answerWith(async () => ({ card: say('what is yours') }))
        await stage.openHome('ana')
        await stage.until(() => stage.home('ana')?.includes('what is yours'))
        expect(last()).toMatchObject({ actor: stage.refOf('ana'), does: { kind: 'home' } })
        const id = stage.refOf('ana').split(':')[1] ?? ''
        await stage.chat.showHome(id, say('something new'), stage.call())
        expect(stage.home('ana')).toContain('something new')
        expect(stage.home('bob')).toBeUndefined()
      })

      it('has buttons, answered where the person sees it', async () => {
        const look: Button = { verb: 'look', request: ID, label: 'Look' }
        stage.answerWith(async () => ({ card: cardWith('yours', look) }))
        await stage.openHome('bob')
        await stage.until(() => stage.home('bob')?.includes('yours'))
        stage.answerWith(async () => ({ card: say('the card of it') }))
        await stage.pressAtHome('bob', 'Look')
        expect(last().does).toEqual({ kind: 'press', verb: 'look', value: ID })
        await stage.until(() => stage.besideHome('bob')?.includes('the card of it'))
      })
    })

    describe('changes of people and groups', () => {
      it(can.hearsOfPeople ? 'are hinted at' : 'are hinted at, those of groups', async () => {
        await stage.leave('otto')
        await stage.regroup('engineers', ['ana'])
        await stage.until(() => stage.hints.some(({ kind }) => kind === 'group'))
        const people = stage.hints.filter(({ kind }) => kind === 'person')
        expect(people).toEqual(can.hearsOfPeople ? [{ kind: 'person', ref: stage.refOf('otto') }] : [])
        expect(stage.hints).toContainEqual({ kind: 'group', ref: stage.refOf('@engineers') })
      })
    })

    describe('words that would do something if anybody let them', () => {
      const everywhere = (words: string): readonly Part[] => [
        { part: 'text', spans: [plain(words), code(words), time(Date.UTC(2026, 10, 24))] },
        { part: 'fields', fields: [{ label: words, spans: [plain(words)] }] },
        { part: 'quote', text: words },
        { part: 'note', spans: [plain(words), person({ via: 'elsewhere:x', name: words })] },
      ]
      const hostile = (words: string): Card => ({
        title: words,
        summary: [plain(words)],
        parts: [
          ...everywhere(words),
          {
            part: 'buttons',
            buttons: [
              { ...APPROVE, label: words, confirm: { title: words, text: words, yes: words, no: words } },
            ],
          },
        ],
      })

      it.each(
        HOSTILE.map((words) => [JSON.stringify(words).slice(0, 40), words] as const),
      )('%s', async (_, words) => {
        const before = stage.live()
        const card = hostile(words)
        const at = await send('card', 'dbas', card)
        await send('dm', 'ana', card)
        const place = stage.place('thread', 'audit')
        const under = await stage.chat.send({ place }, card, 'root', stage.call())
        await stage.chat.send({ place, under }, card, 'line', stage.call())
        await stage.chat.update(stage.place('card', 'dbas'), at, card, stage.call())
        stage.answerWith(async () => ({ card }))
        await stage.type('ana', words.slice(0, 2_000))
        await stage.openHome('ana')
        await stage.until(() => stage.home('ana')?.includes('■'))
        const field = { label: words, hint: words, initial: words.slice(0, 60) } as Partial<Field>
        await openForm('ana', {
          ...formWith(
            ...everywhere(words),
            { ...WHAT, hint: words, optional: true },
            line('Label', field),
            line('reason'),
          ),
          title: words,
          submit: words,
        })
        stage.answerWith(async () => ({ options: [{ value: 'v', label: words, note: words }] }))
        expect(await stage.search('ana', 'what', words.slice(0, 100))).toHaveLength(1)
        const form = formWith(...everywhere(words), line('reason'))
        stage.answerWith(async ({ does }) =>
          does.kind === 'submit' ? { card, blames: { reason: words } } : { form },
        )
        await stage.submit('ana', { reason: words.slice(0, 60) })
        expect(stage.live()).toEqual(before)
      })
    })
  })
}
