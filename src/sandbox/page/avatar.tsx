/** A person as a coloured square with initials; the colour says nothing that the name beside it does not. */
import type { JSX } from 'preact'

const initials = (name: string): string =>
  name
    .split(' ')
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2)
    .toUpperCase()

const COLOURS = 5

const colourOf = (id: string): number =>
  [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS

export const Avatar = ({
  id,
  name,
  isBot = false,
}: {
  id: string
  name: string
  isBot?: boolean
}): JSX.Element => (
  <span class={`avatar ${isBot ? 'bot' : `colour-${colourOf(id)}`}`} aria-hidden="true">
    {initials(name)}
  </span>
)
