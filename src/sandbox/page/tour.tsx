/** Two minutes through the product: one thing to do at a time, and it notices when that was done. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Frame } from '../serve/seen.ts'
import { STEPS } from './tour-steps.ts'

interface Props {
  readonly frame: Frame
  /** Who is shown, by id. */
  readonly shown: readonly string[]
  onEnd(): void
}

export const Tour = ({ frame, shown, onEnd }: Props): JSX.Element => {
  const [at, setAt] = useState(0)
  const step = STEPS[at]
  const isDone = step?.isDone?.(frame, shown) ?? false
  useEffect(() => {
    if (isDone) setAt((now) => now + 1)
  }, [isDone])
  if (step === undefined) return <Last onEnd={onEnd} />
  return (
    <aside class="tour" aria-label="Guided tour">
      <p class="quiet">
        {at + 1} of {STEPS.length}
      </p>
      <h2>{step.title}</h2>
      <p aria-live="polite">{step.says}</p>
      <div class="dialog-buttons">
        <button type="button" class="button plain" onClick={onEnd}>
          Skip the tour
        </button>
        <button type="button" class="button primary" onClick={() => setAt(at + 1)}>
          Next
        </button>
      </div>
    </aside>
  )
}

const Last = ({ onEnd }: { onEnd(): void }): JSX.Element => (
  <aside class="tour" aria-label="Guided tour">
    <h2>That is all of it</h2>
    <p>
      Asked, approved by somebody else, really given, really gone, and every step in the thread. Now press
      “The YAML behind this”: it is the whole configuration.
    </p>
    <div class="dialog-buttons">
      <button type="button" class="button primary" onClick={onEnd}>
        Look around
      </button>
    </div>
  </aside>
)
