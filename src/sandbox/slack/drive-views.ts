/**
 * Acts as a person in modals and on the Home tab: shortcuts, fields, type-ahead, buttons, submit and close. Joined
 * into the drivers; everything reaches the bot over the wire.
 */
import type { Answered, Carry } from './carry.ts'
import { choose, type Filled, findField, needComplete } from './fill-fields.ts'
import type { Field } from './input-values.ts'
import { MIN_QUERY_LENGTH } from './limits.ts'
import type { Fields, User, View } from './model.ts'
import { buttonsOf, type Found, labelOf } from './payloads.ts'
import { failureOf, type Hostile } from './send-signed.ts'
import {
  shortcutPayload,
  suggestionPayload,
  viewClosedPayload,
  viewFillPayload,
  viewPressPayload,
  viewSubmissionPayload,
} from './view-payloads.ts'
import { type Option, obeySubmission, readSuggestion } from './view-responses.ts'
import type { Workspace } from './workspace.ts'

/** By action id. */
export type FilledFields = Readonly<Record<string, Filled>>

interface Forging extends Hostile {
  /** Changes the payload before it is signed. */
  readonly edit?: (payload: Fields) => void
}

export interface Submission extends Forging {
  readonly user: string
  /** Filled in first, as by {@link ViewDrivers.fill}. */
  readonly values?: FilledFields
}

export interface ViewPress extends Forging {
  readonly user: string
  readonly label?: string
  readonly actionId?: string
  /** Tells buttons of one name apart; one that no button has is sent in place of the button's own. */
  readonly value?: string
  /** Default: the modal, where one is open. */
  readonly in?: 'modal' | 'home'
}

/** Users by id or name. What a person could not do is thrown: no modal, no such field, button or option. */
export interface ViewDrivers {
  /** A global shortcut. */
  shortcut(gesture: Forging & { user: string; callbackId: string }): Promise<Answered>
  /** Throws where a required field is empty, or a text is too long or too short. */
  submit(submission: Submission): Promise<Answered>
  /**
   * Sets fields of the top modal, one after another. The bot hears of those that dispatch, and is asked for the
   * options of a type-ahead menu; a field that is only there after that is waited for.
   */
  fill(fields: { user: string; values: FilledFields }): Promise<void>
  /** Types into a type-ahead menu of the top modal, or else of the Home tab; groups are flattened. */
  suggest(typed: {
    user: string
    actionId: string
    text: string
  }): Promise<readonly { value: string; text: string }[]>
  pressInView(press: ViewPress): Promise<Answered>
  /** Presses the close button; the bot hears of it where it asked to. */
  closeModal(by: { user: string }): Promise<void>
}

const APPEARS_WITHIN_MS = 2_000

const dispatches = ({ block }: Field): boolean => block.type !== 'input' || block.dispatch_action === true

const fits = ({ element }: Found, { actionId, label }: ViewPress): boolean =>
  actionId === undefined ? labelOf(element) === label : element.action_id === actionId

const aim = (view: View, press: ViewPress): Found => {
  const fitting = buttonsOf(view).filter((found) => fits(found, press))
  const found = fitting.find(({ element }) => element.value === press.value) ?? fitting[0]
  if (found) return found
  throw new Error(`no button ${press.actionId ?? press.label} in the ${view.type}`)
}

export const createViewDrivers = (slack: Workspace, carry: Carry): ViewDrivers => {
  /** By person and action id: what the menu shows right now. */
  const offered = new Map<string, readonly Option[]>()

  const top = (user: User): View => {
    const view = slack.stackOf(user.id).at(-1)
    if (view) return view
    throw new Error(`${user.name} has no modal open`)
  }

  const pickView = (user: User, place: ViewPress['in']): View => {
    const inModal = place === 'modal' || (place === undefined && slack.stackOf(user.id).length > 0)
    const view = inModal ? top(user) : slack.findHome(user.id)
    if (view) return view
    throw new Error(`${user.name} has no Home`)
  }

  const triggerIn = (user: User, view: View): string =>
    slack.issueTrigger({ user: user.id, ...(view.type === 'modal' ? { view: view.id } : {}) })

  const send = (payload: Fields, { edit, ...hostile }: Forging = {}): Promise<Answered> => {
    edit?.(payload)
    return carry.deliver({ type: 'interactive', payload }, hostile)
  }

  /** A warning beside the button or field. */
  const sendAction = async (view: View, payload: Fields, forging: Forging = {}): Promise<Answered> => {
    const answered = await send(payload, forging)
    const failure = failureOf(answered)
    if (failure !== undefined) slack.showTrouble(view.id, failure)
    return answered
  }

  const ask = async (user: User, view: View, field: Field, text: string): Promise<readonly Option[]> => {
    const { action_id, min_query_length = MIN_QUERY_LENGTH } = field.element
    if (text.length < Number(min_query_length))
      throw new Error(`${action_id} asks the bot only after ${min_query_length} characters`)
    const options = readSuggestion(slack, await send(suggestionPayload(slack, user, view, field, text)))
    offered.set(`${user.id} ${action_id}`, options)
    return options
  }

  const findNow = (user: User, actionId: string): Field => {
    const field = findField(top(user), actionId)
    if (field) return field
    throw new Error(`no field ${actionId} in the modal of ${user.name}`)
  }

  const fillOne = async (user: User, field: Field, wanted: Filled): Promise<boolean> => {
    const view = top(user)
    const [blockId, actionId] = [String(field.block.block_id), String(field.element.action_id)]
    const shown = offered.get(`${user.id} ${actionId}`) ?? []
    const isShown = shown.some(({ value }) => value === wanted)
    const state = await choose(field.element, wanted, async (text) =>
      isShown ? shown : ask(user, view, field, text),
    )
    slack.setValue(view, blockId, actionId, state)
    if (!dispatches(field)) return false
    await sendAction(view, viewFillPayload(slack, user, view, triggerIn(user, view), field))
    return true
  }

  const fill: ViewDrivers['fill'] = async ({ user: who, values }) => {
    const user = slack.user(who)
    let mayAppear = false
    for (const [actionId, wanted] of Object.entries(values)) {
      const look = () => findField(top(user), actionId)
      const what = `field ${actionId} in the modal of ${user.name}`
      const field: Field = mayAppear
        ? await slack.waitFor(look, { timeoutMs: APPEARS_WITHIN_MS, what })
        : findNow(user, actionId)
      mayAppear = (await fillOne(user, field, wanted)) || mayAppear
    }
  }

  return {
    fill,
    shortcut: async ({ user: who, callbackId, ...forging }) => {
      const user = slack.user(who)
      const trigger = slack.issueTrigger({ user: user.id })
      const answered = await send(shortcutPayload(slack, user, callbackId, trigger), forging)
      const failure = failureOf(answered)
      const text = `${callbackId} failed with the error "${failure}"`
      if (failure !== undefined)
        slack.tell(user.id, 'slack', {
          channel: slack.openDm(user.id).id,
          content: { text, truncated: false },
        })
      return answered
    },
    submit: async ({ user: who, values, ...forging }) => {
      if (values) await fill({ user: who, values })
      const user = slack.user(who)
      const view = top(user)
      needComplete(view)
      slack.forgetErrors(view.id)
      const answered = await send(viewSubmissionPayload(slack, user, view, triggerIn(user, view)), forging)
      obeySubmission(slack, user.id, view, answered)
      return answered
    },
    suggest: async ({ user: who, actionId, text }) => {
      const user = slack.user(who)
      const view = pickView(user, undefined)
      const field = findField(view, actionId)
      if (field?.element.type !== 'external_select') throw new Error(`no type-ahead menu ${actionId}`)
      const options = await ask(user, view, field, text)
      return options.map((option) => ({ value: option.value, text: String(option.text.text) }))
    },
    pressInView: async (press) => {
      const { user: who, label: _, actionId: __, value, in: place, ...forging } = press
      const user = slack.user(who)
      const view = pickView(user, place)
      const found = aim(view, press)
      const payload = viewPressPayload(slack, user, view, triggerIn(user, view), found)
      const [action] = payload.actions as [Fields]
      if (value !== undefined) action.value = value
      return sendAction(view, payload, forging)
    },
    closeModal: async ({ user: who }) => {
      const user = slack.user(who)
      const view = top(user)
      const isCleared = view.clear_on_close
      // Which views are told of when the whole stack goes is not in the vendor's page: all that asked are.
      const closed = isCleared ? [...slack.stackOf(user.id)].reverse() : [view]
      if (isCleared) slack.closeModals(user.id)
      else slack.closeView(view.id)
      for (const one of closed)
        if (one.notify_on_close) await send(viewClosedPayload(slack, user, one, isCleared))
    },
  }
}
