/** The whole page: a bar, one or two people side by side, a tour. */
import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { ConfigDialog } from './config-dialog.tsx'
import { act, useLine } from './connection.ts'
import { Pane } from './pane.tsx'
import { TopBar } from './top-bar.tsx'
import { Tour } from './tour.tsx'

const FIRST = ['U0ANA00000']
const SHOWN = 'curfew-shown'
const TOURED = 'curfew-toured'

const loadShown = (): readonly string[] => {
  try {
    const kept = JSON.parse(localStorage.getItem(SHOWN) ?? 'null') as unknown
    return Array.isArray(kept) && kept.length > 0 ? kept.map(String) : FIRST
  } catch {
    return FIRST
  }
}

export const App = (): JSX.Element => {
  const [people, setPeople] = useState(loadShown)
  const [hasConfig, setConfig] = useState(false)
  const [hasTour, setTour] = useState(localStorage.getItem(TOURED) === null)
  const { frame, isLive } = useLine(people)
  const show = (next: readonly string[]): void => {
    localStorage.setItem(SHOWN, JSON.stringify(next))
    setPeople(next)
  }
  const shown = useMemo(
    () => people.flatMap((id) => frame?.people.find((person) => person.id === id) ?? []),
    [people, frame?.people],
  )
  if (frame === undefined) return <p class="loading">Opening the sandbox…</p>
  const as = shown[0]?.id ?? ''
  return (
    <>
      <TopBar
        frame={frame}
        isLive={isLive}
        shown={shown}
        show={show}
        act={(action) => act(as, action)}
        openConfig={() => setConfig(true)}
        startTour={() => setTour(true)}
      />
      <div class="panes">
        {shown.map((me) => (
          <Pane key={me.id} frame={frame} me={me} />
        ))}
      </div>
      {hasTour && (
        <Tour
          frame={frame}
          shown={people}
          onEnd={() => {
            localStorage.setItem(TOURED, 'yes')
            setTour(false)
          }}
        />
      )}
      {hasConfig && <ConfigDialog onClose={() => setConfig(false)} />}
    </>
  )
}
