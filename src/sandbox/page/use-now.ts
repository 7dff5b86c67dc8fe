/** The sandbox's own time, going on between two frames. */
import { useEffect, useState } from 'preact/hooks'
import type { Frame } from '../serve/seen.ts'

const TICK_MS = 500

/** ms since 1970 by the sandbox's clock. */
export const useNow = ({ now }: Frame): number => {
  const [reading, setReading] = useState({ now, at: performance.now() })
  const [, tick] = useState(0)
  useEffect(() => setReading({ now, at: performance.now() }), [now])
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return reading.now + (performance.now() - reading.at)
}
