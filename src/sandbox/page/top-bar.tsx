/** Above the panes: who to be, time, the bot's health, the tour, and the config behind it all. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Action } from '../serve/actions.ts'
import type { Done, Frame, SeenPerson } from '../serve/seen.ts'
import { Avatar } from './avatar.tsx'
import { countdown, fullTime } from './dates.ts'
import { useNow } from './use-now.ts'

interface Props {
  readonly frame: Frame
  readonly isLive: boolean
  /** Who is shown, from left to right. */
  readonly shown: readonly SeenPerson[]
  show(people: readonly string[]): void
  act(action: Action): Promise<Done>
  openConfig(): void
  startTour(): void
}

const MINUTE_MS = 60_000
/** Close enough to watch it end. */
const BEFORE_MS = 10_000
const SHORTEST_MS = 1_000
const JUMPS = [
  { label: '+1 min', ms: MINUTE_MS },
  { label: '+10 min', ms: 10 * MINUTE_MS },
  { label: '+1 h', ms: 60 * MINUTE_MS },
  { label: '+1 day', ms: 24 * 60 * MINUTE_MS },
]

const BOT_WORDS = { up: 'Bot: running', starting: 'Bot: starting', down: 'Bot: down' } as const

const People = ({ frame, shown, show }: Pick<Props, 'frame' | 'shown' | 'show'>): JSX.Element => {
  const [first, second] = shown
  return (
    <fieldset class="people">
      <legend class="hidden">Who you are</legend>
      {frame.people.map((person) => (
        <button
          key={person.id}
          type="button"
          class="person"
          title={person.job}
          aria-pressed={first?.id === person.id}
          onClick={() => show([person.id, ...(second && second.id !== person.id ? [second.id] : [])])}
        >
          <Avatar id={person.id} name={person.real} />
          <span>
            {person.name}
            <small>{person.job}</small>
          </span>
        </button>
      ))}
      <label class="beside">
        <span>Beside</span>
        <select
          value={second?.id ?? ''}
          onChange={({ currentTarget: { value } }) => show([first?.id ?? '', ...(value ? [value] : [])])}
        >
          <option value="">nobody</option>
          {frame.people
            .filter(({ id }) => id !== first?.id)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </select>
      </label>
    </fieldset>
  )
}

const Time = ({ frame, shown, act }: Pick<Props, 'frame' | 'shown' | 'act'>): JSX.Element => {
  const now = useNow(frame)
  const [isMoving, setMoving] = useState(false)
  const zone = shown[0]?.tz ?? 'UTC'
  const toNextEnd = (frame.nextEndAt ?? now) - now - BEFORE_MS
  const move = async (ms: number): Promise<void> => {
    setMoving(true)
    await act({ do: 'move clock', ms })
    setMoving(false)
  }
  return (
    <fieldset class="time">
      <legend class="hidden">Time</legend>
      <time dateTime={new Date(now).toISOString()}>{fullTime(now, zone)}</time>
      {frame.aheadMs > 0 && <small>{countdown(frame.aheadMs)} ahead</small>}
      <button
        type="button"
        class="button small"
        disabled={isMoving || frame.bot !== 'up' || toNextEnd < SHORTEST_MS}
        onClick={() => void move(Math.floor(toNextEnd))}
      >
        To the next end
      </button>
      {JUMPS.map(({ label, ms }) => (
        <button
          key={label}
          type="button"
          class="button small"
          disabled={isMoving || frame.bot !== 'up'}
          onClick={() => void move(ms)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
}

export const TopBar = ({ frame, isLive, shown, show, act, openConfig, startTour }: Props): JSX.Element => (
  <header class="top-bar">
    <strong class="brand">Curfew sandbox</strong>
    <People frame={frame} shown={shown} show={show} />
    <Time frame={frame} shown={shown} act={act} />
    <div class="tools">
      <output class={isLive && frame.bot === 'up' ? 'health' : 'health bad'}>
        {isLive ? BOT_WORDS[frame.bot] : 'Reconnecting…'}
      </output>
      <button
        type="button"
        class="button small"
        title="Kills the bot's process, as when a machine dies. It is started again."
        disabled={frame.bot !== 'up'}
        onClick={() => void act({ do: 'crash' })}
      >
        Crash it
      </button>
      <button type="button" class="button small" onClick={openConfig}>
        The YAML behind this
      </button>
      <button type="button" class="button small" onClick={startTour}>
        Tour
      </button>
    </div>
  </header>
)
