/** Who one is in a pane of the page, and what that person can see and do; handed down to everything in it. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Action } from '../serve/actions.ts'
import type { Done, Frame, Seen, SeenPerson } from '../serve/seen.ts'

export interface Pane {
  readonly frame: Frame
  readonly me: SeenPerson
  readonly seen: Seen
  /** Does it as this person; what could not be done is shown in the pane. */
  act(action: Action): Promise<Done>
}

export const PaneContext = createContext<Pane | undefined>(undefined)

export const usePane = (): Pane => {
  const pane = useContext(PaneContext)
  if (pane === undefined) throw new Error('outside of a pane')
  return pane
}
