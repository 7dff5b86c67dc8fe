/** The line to the page's server: frames come down one stream, what people do goes up as JSON. */
import { useEffect, useState } from 'preact/hooks'
import type { Action } from '../serve/actions.ts'
import type { Done, Frame } from '../serve/seen.ts'

/** Of this tab: a modal belongs to the tab that asked for it. */
const TAB = crypto.randomUUID()

export interface Line {
  readonly frame: Frame | undefined
  /** Frames arrive. */
  readonly isLive: boolean
}

/** One stream for everybody in this tab, since a browser opens only six; none while nobody looks at it. */
export const useLine = (people: readonly string[]): Line => {
  const [line, setLine] = useState<Line>({ frame: undefined, isLive: false })
  const as = people.join(',')
  useEffect(() => {
    let source: EventSource | undefined
    const open = (): void => {
      source = new EventSource(`/events?as=${encodeURIComponent(as)}&tab=${TAB}`)
      source.onmessage = ({ data }) => setLine({ frame: JSON.parse(data) as Frame, isLive: true })
      source.onerror = () => setLine((before) => ({ ...before, isLive: false }))
    }
    const follow = (): void => {
      source?.close()
      if (!document.hidden) open()
    }
    /** A line that was cut may look whole for long. */
    const lose = (): void => {
      source?.close()
      setLine((before) => ({ ...before, isLive: false }))
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    window.addEventListener('online', follow)
    window.addEventListener('offline', lose)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      window.removeEventListener('online', follow)
      window.removeEventListener('offline', lose)
      source?.close()
    }
  }, [as])
  return line
}

/** Never rejects: what went wrong is said. */
export const act = async (as: string, action: Action): Promise<Done> => {
  try {
    const response = await fetch('/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tab: TAB, as, action }),
    })
    return (await response.json()) as Done
  } catch {
    return { ok: false, error: 'The sandbox does not answer. Is it still running?' }
  }
}
