/** Slack's confirmation dialog, as the browser's own modal dialog. */
import type { JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { Fields } from '../slack/model.ts'
import { plainOf, Words } from './mrkdwn.tsx'

interface Props {
  readonly confirm: Fields
  onDone(isYes: boolean): void
}

export const Confirm = ({ confirm, onDone }: Props): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      class="dialog confirm"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault()
        onDone(false)
      }}
    >
      <h2 id={title}>{plainOf(confirm.title)}</h2>
      <p>
        <Words of={confirm.text} />
      </p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => onDone(false)}>
          {plainOf(confirm.deny)}
        </button>
        <button type="button" class="button danger" onClick={() => onDone(true)}>
          {plainOf(confirm.confirm)}
        </button>
      </div>
    </dialog>
  )
}
