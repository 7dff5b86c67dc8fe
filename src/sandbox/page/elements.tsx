/** Elements that can be pressed or chosen outside of a form's fields: buttons, menus, overflow. */
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Block, Element, Fields } from '../slack/model.ts'
import { Confirm } from './confirm.tsx'
import { plainOf } from './mrkdwn.tsx'
import { useSurface } from './surface.ts'

const ButtonElement = ({ element }: { element: Element }): JSX.Element => {
  const surface = useSurface()
  const [isBusy, setBusy] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const press = async (): Promise<void> => {
    setBusy(true)
    await surface.press(String(element.action_id), String(element.value ?? ''))
    setBusy(false)
  }
  const confirm = element.confirm as Fields | undefined
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`button ${element.style ?? ''}`}
        disabled={isBusy}
        {...(element.accessibility_label ? { 'aria-label': String(element.accessibility_label) } : {})}
        onClick={() => (confirm ? setAsking(true) : void press())}
      >
        {plainOf(element.text)}
      </button>
      {isAsking && confirm && (
        <Confirm
          confirm={confirm}
          onDone={(isYes) => {
            setAsking(false)
            button.current?.focus()
            if (isYes) void press()
          }}
        />
      )}
    </>
  )
}

/** Choosing is a press that carries the option's value. */
const MenuElement = ({ element }: { element: Element }): JSX.Element => {
  const surface = useSurface()
  const label = plainOf(element.placeholder) || 'More'
  const options = (element.options ?? []) as readonly { value: string; text: Fields }[]
  return (
    <select
      class="menu"
      aria-label={label}
      value=""
      onChange={({ currentTarget }) => {
        void surface.press(String(element.action_id), currentTarget.value)
        // The same option may be chosen once more.
        currentTarget.value = ''
      }}
    >
      <option value="">{label}</option>
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {plainOf(text)}
        </option>
      ))}
    </select>
  )
}

export const ElementOf = ({ element }: { element: Element; block: Block }): JSX.Element => {
  switch (element.type) {
    case 'button':
      return <ButtonElement element={element} />
    case 'static_select':
    case 'overflow':
      return <MenuElement element={element} />
    default:
      return <span>This page cannot draw {element.type}.</span>
  }
}
