/** A channel or a thread as it is read: oldest first, and at its newest end unless somebody scrolled away. */
import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface Props {
  readonly label: string
  /** Another one: something new stands at the end. */
  readonly newest: string
  readonly children: ComponentChildren
}

const NEAR_PX = 80

export const Feed = ({ label, newest, children }: Props): JSX.Element => {
  const feed = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useLayoutEffect(() => {
    const box = feed.current
    if (box !== null && follows.current) box.scrollTop = box.scrollHeight
  }, [newest])
  return (
    <div
      ref={feed}
      class="feed"
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      onScroll={({ currentTarget: box }) => {
        follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX
      }}
    >
      {children}
    </div>
  )
}
