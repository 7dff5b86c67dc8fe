/**
 * The modals and Home tabs of the local workspace: a stack of views per person, and one Home. Called by the Web
 * API and the drivers; `modal`, `modals` and `home` are for readers, who get copies.
 */
import { randomBytes } from 'node:crypto'
import { ApiError } from './api-error.ts'
import { carryValues } from './input-values.ts'
import { STACK_MAX } from './limits.ts'
import type { Bot, Fields, Team, View, ViewContent } from './model.ts'
import { nameBlocks } from './name-blocks.ts'
import type { People } from './people.ts'

/** A view as its person sees it; `trouble`: Slack's own word that the app did not answer as it must. */
export type SeenView = View & { readonly trouble?: string }

export interface Views {
  /** A new modal, in place of one that was open. Refuses with `duplicate_external_id`, as do the next two. */
  openView(user: string, content: ViewContent): View
  /** On top of the person's stack. Refuses also with `not_found` (no modal) and `push_limit_reached`. */
  pushView(user: string, content: ViewContent): View
  /** Values stay where block id and action id do. */
  replaceView(view: View, content: ViewContent): View
  /** The first time or again. */
  publishView(user: string, content: ViewContent): View
  /** One that is shown right now; not a copy. */
  findView(by: { id: string } | { externalId: string }): View | undefined
  findHome(user: string): View | undefined
  /** The person's stack from its bottom to its top; not copies. */
  stackOf(user: string): readonly View[]
  setValue(view: View, blockId: string, actionId: string, state: Fields): void
  /** Takes one view away, wherever in the stack it is. */
  closeView(id: string): void
  closeModals(user: string): void
  showErrors(id: string, errors: Readonly<Record<string, string>>): void
  showTrouble(id: string, trouble: string): void
  /** As when a person tries again. */
  forgetErrors(id: string): void
  /** What the person sees: the top of the stack. By id or name, as all below. */
  modal(who: string): SeenView | undefined
  /** From the bottom of the stack to its top. */
  modals(who: string): readonly SeenView[]
  home(who: string): SeenView | undefined
  /** By block id, of the top modal. */
  errors(who: string): Readonly<Record<string, string>>
  /** The Home tabs by person, as data, and the same back into an empty workspace; modals are not kept. */
  keepHomes(): Readonly<Record<string, View>>
  restoreHomes(kept: Readonly<Record<string, View>>): void
}

export interface Surroundings {
  readonly team: Team
  readonly bot: Bot
  readonly people: People
  readonly now: () => number
  readonly changed: () => void
}

type Said = Pick<
  View,
  | 'title'
  | 'submit'
  | 'close'
  | 'private_metadata'
  | 'callback_id'
  | 'external_id'
  | 'notify_on_close'
  | 'clear_on_close'
>

/** What an app leaves out is gone, also on an update. */
const saidOf = (content: ViewContent): Said => ({
  title: content.title ?? null,
  submit: content.submit ?? null,
  close: content.close ?? null,
  private_metadata: content.private_metadata ?? '',
  callback_id: content.callback_id ?? '',
  external_id: content.external_id ?? '',
  notify_on_close: content.notify_on_close ?? false,
  clear_on_close: content.clear_on_close ?? false,
})

export const createViews = ({ team, bot, people, now, changed }: Surroundings): Views => {
  const stacks = new Map<string, View[]>()
  const homes = new Map<string, View>()
  /** Also of views that are gone: the vendor's pages do not say when a name is free again. */
  const externalIds = new Map<string, string>()
  const errorsOf = new Map<string, Readonly<Record<string, string>>>()
  const troubleOf = new Map<string, string>()
  let made = 0
  let named = 0

  const newHash = () => `${Math.floor(now() / 1_000)}.${randomBytes(4).toString('hex')}`
  const stackOf = (user: string): readonly View[] => stacks.get(user) ?? []
  const all = () => [...[...stacks.values()].flat(), ...homes.values()]

  const takeName = (id: string, { external_id }: ViewContent): void => {
    if (!external_id) return
    const owner = externalIds.get(external_id)
    if (owner !== undefined && owner !== id) throw new ApiError('duplicate_external_id')
    externalIds.set(external_id, id)
  }

  /** Ids that Slack makes up are new each time, so that what stands there is lost on an update. */
  const nameNew = ({ blocks }: ViewContent) => {
    named += 1
    return nameBlocks(blocks, `n${named}b`)
  }

  const build = (content: ViewContent, below: readonly View[]): View => {
    made += 1
    const id = `V0${String(made).padStart(8, '0')}`
    takeName(id, content)
    const blocks = nameNew(content)
    return {
      id,
      team_id: team.id,
      app_id: bot.appId,
      app_installed_team_id: team.id,
      bot_id: bot.botId,
      type: content.type,
      root_view_id: below[0]?.id ?? id,
      previous_view_id: below.at(-1)?.id ?? null,
      ...saidOf(content),
      blocks,
      state: { values: carryValues(blocks) },
      hash: newHash(),
    }
  }

  const keep = (user: string, stack: readonly View[]): void => {
    stacks.set(user, [...stack])
    changed()
  }

  const replaceView: Views['replaceView'] = (view, content) => {
    takeName(view.id, content)
    const blocks = nameNew(content)
    const state = { values: carryValues(blocks, view.state.values) }
    Object.assign(view, saidOf(content), { blocks, state, hash: newHash() })
    errorsOf.delete(view.id)
    changed()
    return view
  }

  const see = (view: View): SeenView => {
    const trouble = troubleOf.get(view.id)
    return structuredClone(trouble === undefined ? view : { ...view, trouble })
  }

  const modals = (who: string) => stackOf(people.user(who).id).map(see)

  return {
    openView: (user, content) => {
      const view = build(content, [])
      keep(user, [view])
      return view
    },
    pushView: (user, content) => {
      const below = stackOf(user)
      if (below.length === 0) throw new ApiError('not_found')
      if (below.length >= STACK_MAX) throw new ApiError('push_limit_reached')
      const view = build(content, below)
      keep(user, [...below, view])
      return view
    },
    replaceView,
    publishView: (user, content) => {
      const known = homes.get(user)
      if (known) return replaceView(known, content)
      const view = build(content, [])
      homes.set(user, view)
      changed()
      return view
    },
    findView: (by) =>
      all().find((view) => ('id' in by ? view.id === by.id : view.external_id === by.externalId)),
    findHome: (user) => homes.get(user),
    stackOf,
    setValue: (view, blockId, actionId, state) => {
      const block = view.state.values[blockId]
      if (block) block[actionId] = state
      changed()
    },
    closeView: (id) => {
      for (const [user, stack] of stacks)
        if (stack.some((view) => view.id === id))
          keep(
            user,
            stack.filter((view) => view.id !== id),
          )
    },
    closeModals: (user) => keep(user, []),
    showErrors: (id, errors) => {
      errorsOf.set(id, errors)
      changed()
    },
    showTrouble: (id, trouble) => {
      troubleOf.set(id, trouble)
      changed()
    },
    forgetErrors: (id) => {
      errorsOf.delete(id)
      troubleOf.delete(id)
    },
    modal: (who) => modals(who).at(-1),
    modals,
    home: (who) => {
      const view = homes.get(people.user(who).id)
      return view ? see(view) : undefined
    },
    errors: (who) => ({ ...errorsOf.get(stackOf(people.user(who).id).at(-1)?.id ?? '') }),
    keepHomes: () => structuredClone(Object.fromEntries(homes)),
    restoreHomes: (kept) => {
      for (const [user, view] of Object.entries(kept)) homes.set(user, view)
      made = Math.max(made, ...Object.values(kept).map(({ id }) => Number(id.slice(2))))
      changed()
    },
  }
}
