/** The Home tab of the app, as the bot published it for this person. */
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { SeenView } from '../serve/seen.ts'
import { Blocks } from './blocks.tsx'
import { usePane } from './person.ts'
import { SurfaceContext } from './surface.ts'
import { useViewSurface } from './view-surface.ts'

const Published = ({ view }: { view: SeenView }): JSX.Element => {
  const { surface } = useViewSurface(view, 'home')
  return (
    <SurfaceContext.Provider value={surface}>
      <div class="blocks">
        <Blocks blocks={view.blocks} />
      </div>
    </SurfaceContext.Provider>
  )
}

export const HomeTab = (): JSX.Element => {
  const { me, seen, act } = usePane()
  useEffect(() => void act({ do: 'home' }), [me.id])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section class="feed home" tabIndex={0} aria-label="Home of Curfew">
      {seen.home === undefined ? (
        <p class="loading">Curfew has shown nothing here yet.</p>
      ) : (
        <Published view={seen.home} />
      )}
    </section>
  )
}
