/** What comes in from Slack as Curfew sees it: a verified gesture, whose it is, and how Slack wants it answered. */
import { z } from 'zod'
import type { Gesture } from '../../ports.ts'
import type { Opening } from './show-view.ts'

export interface Delivery {
  readonly gesture: Gesture
  readonly from: Origin
  readonly way: Way
}

export interface Origin {
  readonly user: string
  readonly userTeam: string | undefined
  /** The workspace it happened in; for Slack Connect the installed one, also where an outsider pressed. */
  readonly team: string | undefined
  readonly enterprise: string | undefined
}

export type Way =
  /** A command shows its acknowledgement, a button does not; both have a url for private messages, and may open a view. */
  | {
      readonly by: 'message'
      readonly shows: boolean
      readonly responseUrl: string
      readonly opening: Opening
    }
  /** A shortcut, or a button in a view: there is nowhere else to answer. */
  | { readonly by: 'view'; readonly opening: Opening }
  /** The acknowledgement says what becomes of the view. `fields`: the blocks that can be blamed. */
  | { readonly by: 'submission'; readonly viewId: string; readonly fields: readonly string[] }
  | { readonly by: 'redraw'; readonly viewId: string; readonly hash: string }
  /** The acknowledgement holds the options. */
  | { readonly by: 'options' }
  /** The Home tab was opened. */
  | { readonly by: 'home'; readonly user: string }

/** `foreign` means: not for us. `junk` says which fields are wrong, never their values. */
export type Read =
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'junk'; readonly wrong: readonly string[] }

export const junk = (error: z.ZodError): Read => ({
  kind: 'junk',
  wrong: error.issues.map((issue) => issue.path.join('.')),
})

export const id = z.string().regex(/^[A-Z][A-Z0-9]{1,30}$/)
export const triggerId = z.string().regex(/^[\w.-]{1,255}$/)

/** Whose an interaction is, in the fields that all of them share. */
export const origin = z.object({
  user: z.object({ id, team_id: id.optional() }),
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
})

export const originOf = ({ user, team, enterprise }: z.infer<typeof origin>): Origin => ({
  user: user.id,
  userTeam: user.team_id,
  team: team?.id,
  enterprise: enterprise?.id,
})
