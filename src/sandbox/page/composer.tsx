/** Where a person types: words, or `/jit …` with what can follow it. */
import type { JSX } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { usePane } from './person.ts'

interface Props {
  readonly channel: string
  readonly name: string
  /** In a thread Slack takes no commands. */
  readonly thread?: string
}

const COMMAND = '/jit'

const COMMANDS: readonly { readonly text: string; readonly says: string }[] = [
  { text: '/jit', says: 'opens the form' },
  { text: '/jit request orders-db/readonly 10m because of INC-42', says: 'asks in one line' },
  {
    text: '/jit request orders-db/writer 5m because of INC-42',
    says: 'asks for what two people must approve',
  },
  { text: '/jit catalog', says: 'what I may ask for' },
  { text: '/jit mine', says: 'what I have and wait for' },
  { text: '/jit extend 10m because INC-42 takes longer', says: 'asks to keep it longer' },
  { text: '/jit done', says: 'gives it back' },
  { text: '/jit digest', says: 'for operators and approvers' },
  { text: '/jit help', says: 'all of this' },
]

const fitting = (text: string): typeof COMMANDS =>
  text.startsWith('/') ? COMMANDS.filter((one) => one.text.startsWith(text) && one.text !== text) : []

export const Composer = ({ channel, name, thread }: Props): JSX.Element => {
  const { act } = usePane()
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(-1)
  const offered = thread === undefined ? fitting(text) : []

  const write = (next: string): void => {
    setText(next)
    setAt(-1)
  }
  const send = (): void => {
    const said = text.trim()
    if (said === '') return
    write('')
    const isCommand = thread === undefined && (said === COMMAND || said.startsWith(`${COMMAND} `))
    void act(
      isCommand
        ? { do: 'command', channel, text: said.slice(COMMAND.length).trim() }
        : { do: 'say', channel, text: said, ...(thread && { thread }) },
    )
  }
  const take = (i: number): void => {
    write(offered[i]?.text ?? text)
    box.current?.focus()
  }
  const step = (by: number): void => setAt((at + by + offered.length) % offered.length)
  /** What a key does here; undefined: it is only typed. */
  const meaningOf = ({ key, shiftKey }: KeyboardEvent): (() => void) | undefined => {
    if (shiftKey) return undefined
    if (key === 'Enter') return at >= 0 ? () => take(at) : send
    if (key === 'Escape') return text === '' ? undefined : () => write('')
    if (offered.length === 0) return undefined
    return {
      ArrowDown: () => step(1),
      ArrowUp: () => step(at < 0 ? 0 : -1),
      Tab: () => take(Math.max(0, at)),
    }[key]
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const does = meaningOf(event)
    if (does === undefined) return
    event.preventDefault()
    does()
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div id={`${id}-list`} role="listbox" aria-label="Commands" hidden={offered.length === 0}>
        {offered.map((one, i) => (
          <div
            key={one.text}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onMouseDown={(event) => {
              event.preventDefault()
              take(i)
            }}
          >
            <code>{one.text}</code> <span class="quiet">{one.says}</span>
          </div>
        ))}
      </div>
      <textarea
        ref={box}
        rows={1}
        value={text}
        role="combobox"
        aria-label={thread === undefined ? `Message ${name}` : 'Reply in thread'}
        aria-expanded={offered.length > 0}
        aria-controls={`${id}-list`}
        {...(at >= 0 && { 'aria-activedescendant': `${id}-${at}` })}
        placeholder={thread === undefined ? `Message ${name}, or type /jit` : 'Reply…'}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="button primary" disabled={text.trim() === ''}>
        Send
      </button>
    </form>
  )
}
