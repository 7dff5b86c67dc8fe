/** The config that the sandbox runs on, to be read and taken home. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export const ConfigDialog = ({ onClose }: { onClose(): void }): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('…')
  useEffect(() => {
    dialog.current?.showModal()
    void fetch('/curfew.yaml').then(async (response) => setText(await response.text()))
  }, [])
  return (
    <dialog ref={dialog} class="dialog config" aria-labelledby="config-title" onClose={onClose}>
      <header>
        <h2 id="config-title">curfew.yaml</h2>
        <button type="button" class="button plain" aria-label="Close" onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <footer class="dialog-buttons">
        <a class="button primary" href="/curfew.yaml" download="curfew.yaml">
          Take this config home
        </a>
      </footer>
    </dialog>
  )
}
