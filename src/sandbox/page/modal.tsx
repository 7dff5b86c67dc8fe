/** The top modal of a person: a form with fields and their errors, or words. */
import type { JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { SeenView } from '../serve/seen.ts'
import { Blocks } from './blocks.tsx'
import { plainOf } from './mrkdwn.tsx'
import { usePane } from './person.ts'
import { SurfaceContext } from './surface.ts'
import { useViewSurface } from './view-surface.ts'

export const Modal = ({ view }: { view: SeenView }): JSX.Element => {
  const { act } = usePane()
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const [isBusy, setBusy] = useState(false)
  const { surface, drafts } = useViewSurface(view, 'modal')

  useEffect(() => dialog.current?.showModal(), [])
  // The first thing that is wrong is where the person goes on.
  const wrong = Object.keys(view.errors).join(' ')
  useEffect(() => {
    if (wrong !== '') dialog.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [wrong])

  const close = (): void => void act({ do: 'close' })
  const submit = async (): Promise<void> => {
    setBusy(true)
    await act({ do: 'submit', drafts })
    setBusy(false)
  }
  return (
    <dialog
      ref={dialog}
      class="dialog modal"
      aria-labelledby={title}
      onCancel={(event) => {
        // The bot hears of it first.
        event.preventDefault()
        close()
      }}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <header>
          <h2 id={title}>{plainOf(view.title)}</h2>
          <button type="button" class="button plain" onClick={close} aria-label="Close">
            ✕
          </button>
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
