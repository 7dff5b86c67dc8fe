/**
 * Whether Curfew is frozen: it ends access and gives none until an operator thaws it. One record for all, folded from its
 * own events; every decision that would give something is made against its version, so that none slips through.
 */
import type { Instant, PersonRef, TextDigest } from './model.ts'
import { type Refusal, refuse } from './refusal.ts'

export type FreezeEvent =
  | {
      readonly type: 'frozen'
      readonly at: Instant
      readonly by: PersonRef
      readonly reason: TextDigest | null
    }
  | { readonly type: 'thawed'; readonly at: Instant; readonly by: PersonRef }

export interface Freeze {
  readonly kind: 'freeze'
  readonly v: number
  /** Absent: thawed. */
  readonly since?: {
    readonly at: Instant
    readonly by: PersonRef
    readonly reason: TextDigest | null
  }
}

/** A freeze that holds, with its reason as text. */
export interface Frozen {
  readonly at: Instant
  readonly by: PersonRef
  readonly reason: string
}

/** What is to be written down of what an operator wants; a refusal where it is so already. */
export const decideFreeze = (freeze: Freeze | null, wanted: FreezeEvent): FreezeEvent | Refusal => {
  const { since } = freeze ?? {}
  if (wanted.type === 'frozen' && since !== undefined)
    return refuse(
      'already-decided',
      `Curfew is frozen already, by ${since.by.name}.`,
      'End that: curfew thaw',
    )
  if (wanted.type === 'thawed' && since === undefined) return refuse('already-over', 'Curfew is not frozen.')
  return wanted
}

/** Folds one event; throws on one that cannot follow (a bug). */
export const evolveFreeze = (freeze: Freeze | null, event: FreezeEvent): Freeze => {
  if (isRefused(freeze, event)) throw new Error(`${event.type} twice`)
  const v = (freeze?.v ?? 0) + 1
  if (event.type === 'thawed') return { kind: 'freeze', v }
  const { type: _, ...since } = event
  return { kind: 'freeze', v, since }
}

const isRefused = (freeze: Freeze | null, event: FreezeEvent): boolean =>
  (event.type === 'frozen') === (freeze?.since !== undefined)

/** Why nothing is given, for whoever is refused. */
export const sayFrozen = ({ by, reason }: Pick<Frozen, 'by' | 'reason'>): string =>
  `It was frozen by ${by.name}${reason === '' ? '.' : `: ${reason}`}`
