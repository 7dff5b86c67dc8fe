/** A view's fields and buttons as a surface: drafts live here until the form is sent. */
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { SeenView } from '../serve/seen.ts'
import type { Fields } from '../slack/model.ts'
import { usePane } from './person.ts'
import type { Surface } from './surface.ts'

type Drafts = Readonly<Record<string, string>>

/** Text fields of which the bot knows nothing newer than what was typed. */
const textsOf = (view: SeenView, drafts: Drafts): Drafts => {
  const actions = view.blocks.map(({ element }) => (element as { action_id?: string } | undefined)?.action_id)
  return Object.fromEntries(Object.entries(drafts).filter(([action]) => actions.includes(action)))
}

/** Blocks of required fields that are empty, as Slack itself tells before it sends anything. */
export const findMissing = (view: SeenView, drafts: Drafts): readonly string[] =>
  view.blocks
    .filter(({ type, optional, block_id, element }) => {
      if (type !== 'input' || optional === true) return false
      const action = String((element as Fields).action_id)
      const { value, selected_option } = view.values[String(block_id)]?.[action] ?? {}
      return !(drafts[action] ?? value ?? selected_option)
    })
    .map(({ block_id }) => String(block_id))

const COMPLETE = 'Complete this field.'

/** `blamed`: blocks that have to be filled in, beside what the bot says of them. */
export const useViewSurface = (
  view: SeenView,
  place: 'modal' | 'home',
  blamed: readonly string[] = [],
): { readonly surface: Surface; readonly drafts: Drafts } => {
  const { me, act } = usePane()
  const [drafts, setDrafts] = useState<Drafts>({})
  useEffect(() => setDrafts({}), [view.id])
  const typed = textsOf(view, drafts)
  const draft = useCallback(
    (action: string, text: string) => setDrafts((before) => ({ ...before, [action]: text })),
    [],
  )
  const surface = useMemo<Surface>(
    () => ({
      id: `${me.id}-${view.id}`,
      press: (action, value) => act({ do: 'press in view', in: place, action, value, drafts: typed }),
      fields: {
        valueOf: (block, action) => view.values[block]?.[action],
        draftOf: (action) => drafts[action],
        draft,
        choose: (action, { value, text }) => act({ do: 'choose', action, value, text, drafts: typed }),
        suggest: (action, text) => act({ do: 'suggest', action, text }),
        errorOf: (block) =>
          blamed.includes(block) && findMissing(view, typed).includes(block) ? COMPLETE : view.errors[block],
      },
    }),
    [me.id, view, place, drafts, blamed, act, draft, typed],
  )
  return { surface, drafts: typed }
}
