/** A menu whose options come from the bot while somebody types: a combobox; answers that come too late are dropped. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Fields } from '../slack/model.ts'
import type { FieldProps } from './field-props.ts'
import { plainOf } from './mrkdwn.tsx'
import { useSurface } from './surface.ts'

interface Option {
  readonly value: string
  readonly text: string
}

interface Offer {
  readonly options: readonly Option[]
  readonly at: number
}

export const TypeAhead = ({ block, element, id, describedBy, isWrong }: FieldProps): JSX.Element => {
  const { fields } = useSurface()
  const action = String(element.action_id)
  const chosen = (fields?.valueOf(block, action) as { selected_option?: { text: Fields } } | undefined)
    ?.selected_option
  const [text, setText] = useState(plainOf(chosen?.text))
  const [offer, setOffer] = useState<Offer | undefined>(undefined)
  const asked = useRef(0)

  // What was chosen before, or by the bot, is what stands there.
  const known = plainOf(chosen?.text)
  useEffect(() => setText(known), [known])

  const ask = async (typed: string): Promise<void> => {
    asked.current += 1
    const number = asked.current
    const done = await fields?.suggest(action, typed)
    if (number !== asked.current || done?.ok !== true) return
    setOffer({ options: done.options ?? [], at: 0 })
  }
  const choose = (option: Option): void => {
    asked.current += 1
    setOffer(undefined)
    setText(option.text)
    void fields?.choose(action, option)
  }
  const close = (): void => {
    asked.current += 1
    setOffer(undefined)
    setText(known)
  }
  const move = (by: number): void => {
    if (offer === undefined) return void ask(text)
    const { options } = offer
    setOffer({ options, at: (offer.at + by + options.length) % Math.max(1, options.length) })
  }
  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLInputElement>): void => {
    const option = offer?.options[offer.at]
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && option) choose(option)
    else if (event.key === 'Escape' && offer) close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const listId = `${id}-list`
  return (
    <div class="type-ahead">
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        aria-expanded={offer !== undefined}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-describedby={describedBy}
        aria-invalid={isWrong}
        {...(offer && { 'aria-activedescendant': `${listId}-${offer.at}` })}
        placeholder={plainOf(element.placeholder)}
        value={text}
        onFocus={() => void ask('')}
        onBlur={close}
        onInput={({ currentTarget: { value } }) => {
          setText(value)
          void ask(value)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label="What fits" hidden={offer === undefined}>
        {offer?.options.map((option, i) => (
          <div
            key={option.value}
            id={`${listId}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === offer.at}
            // Before the field loses its focus.
            onMouseDown={(event) => {
              event.preventDefault()
              choose(option)
            }}
          >
            {option.text}
          </div>
        ))}
        {offer?.options.length === 0 && (
          <div role="option" aria-selected={false} tabIndex={-1} class="quiet">
            Nothing fits.
          </div>
        )}
      </div>
    </div>
  )
}
