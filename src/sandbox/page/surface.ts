/** Where blocks stand, a message or a view, and what can be done with the elements in them there. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Done } from '../serve/seen.ts'

export interface Surface {
  /** Unique on the page: before the ids of elements. */
  readonly id: string
  press(action: string, value: string): Promise<Done>
  /** For fields: only views have them. */
  readonly fields?: {
    /** By block id, then action id, as the bot knows it. */
    valueOf(block: string, action: string): unknown
    /** What was typed and not yet sent. */
    draftOf(action: string): string | undefined
    draft(action: string, text: string): void
    choose(action: string, option: { value: string; text: string }): Promise<Done>
    suggest(action: string, text: string): Promise<Done>
    errorOf(block: string): string | undefined
  }
}

export const SurfaceContext = createContext<Surface | undefined>(undefined)

export const useSurface = (): Surface => {
  const surface = useContext(SurfaceContext)
  if (surface === undefined) throw new Error('outside of a message or a view')
  return surface
}
