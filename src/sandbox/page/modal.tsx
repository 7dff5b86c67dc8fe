/** The top modal of a person: a form with fields and their errors, or words. */
import type { JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { SeenView } from '../serve/seen.ts'
import { Blocks } from './blocks.tsx'
import { plainOf } from './mrkdwn.tsx'
import { usePane } from './person.ts'
import { SurfaceContext } from './surface.ts'
import { findMissing, useViewSurface } from './view-surface.ts'

export const Modal = ({ view }: { view: SeenView }): JSX.Element => {
  const { act } = usePane()
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const [isBusy, setBusy] = useState(false)
  /** Blocks that were left empty when the form was last sent. */
  const [blamed, setBlamed] = useState<readonly string[]>([])
  const { surface, drafts } = useViewSurface(view, 'modal', blamed)

  // Not the browser's own modal: the person beside it must be able to go on. A view that replaces another takes the
  // focus along, or no key would reach it.
  useEffect(() => {
    const box = dialog.current
    if (box === null || box.contains(document.activeElement)) return
    box.querySelector<HTMLElement>('input, textarea, select, button')?.focus()
  }, [view.hash])
  // The first thing that is wrong is where the person goes on.
  const wrong = [...Object.keys(view.errors), ...blamed].join(' ')
  useEffect(() => {
    if (wrong !== '') dialog.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [wrong])

  const close = (): void => void act({ do: 'close' })
  // Wherever the focus went, unless it is with somebody else in this window.
  useEffect(() => {
    const onKey = ({ key, target }: KeyboardEvent): void => {
      const box = dialog.current
      const isHere = target === document.body || (target instanceof Node && box?.contains(target))
      if (key === 'Escape' && isHere) void act({ do: 'close' })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [act])
  const submit = async (): Promise<void> => {
    const missing = findMissing(view, drafts)
    setBlamed(missing)
    if (missing.length > 0) return
    setBusy(true)
    await act({ do: 'submit', drafts })
    setBusy(false)
  }
  return (
    <dialog ref={dialog} open class="dialog modal" aria-modal="true" aria-labelledby={title}>
      <form
        method="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <header>
          <h2 id={title}>{plainOf(view.title)}</h2>
        </header>
        <div class="modal-body">
          <SurfaceContext.Provider value={surface}>
            <Blocks blocks={view.blocks} />
          </SurfaceContext.Provider>
          {view.trouble !== undefined && (
            <p class="error" role="alert">
              We had some trouble connecting. Try again? ({view.trouble})
            </p>
          )}
        </div>
        <footer class="dialog-buttons">
          <button type="button" class="button" onClick={close}>
            {plainOf(view.close) || 'Close'}
          </button>
          {view.submit !== null && (
            <button type="submit" class="button primary" disabled={isBusy}>
              {plainOf(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  )
}
