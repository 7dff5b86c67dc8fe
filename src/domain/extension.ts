/**
 * The machine of extensions, as part of their request: asked for while the grant is active, decided like the request
 * itself, and then the end moves in place. It folds events; extend-grant.ts decides them.
 */

import type { Extension, Instant, PersonRef, Request, TextDigest } from './model.ts'
import { openReview } from './review.ts'

interface AnyExtensionEvent {
  readonly at: Instant
  readonly n: number
}

export type ExtensionEvent =
  | (AnyExtensionEvent & {
      readonly type: 'extension asked'
      readonly ms: number
      readonly reason: TextDigest | null
      readonly quorum: number
      readonly lapsesAt: Instant
      readonly reviewers?: readonly string[]
    })
  | (AnyExtensionEvent & { readonly type: 'extension approved'; readonly by: PersonRef })
  /** The end moved. */
  | (AnyExtensionEvent & { readonly type: 'extended'; readonly endsAt: Instant })
  | (AnyExtensionEvent & {
      readonly type: 'extension denied'
      readonly by: PersonRef
      readonly reason: TextDigest | null
    })
  | (AnyExtensionEvent & { readonly type: 'extension lapsed' })

const EXTENSION_EVENTS = new Set<string>([
  'extension asked',
  'extension approved',
  'extended',
  'extension denied',
  'extension lapsed',
])

export const isExtensionEvent = (event: { readonly type: string }): event is ExtensionEvent =>
  EXTENSION_EVENTS.has(event.type)

/** Folds one event into the request (its version is already counted up). */
export const evolveExtension = (request: Request, event: ExtensionEvent): Request => {
  const granted = request.extensions?.granted ?? 0
  switch (event.type) {
    case 'extension asked': {
      const { type: _, at: __, ...asked } = event
      return { ...request, extensions: { asked: event.n, granted, open: { ...asked, approvals: [] } } }
    }
    case 'extension approved': {
      const open = mustBeOpen(request, event)
      const approvals = [...open.approvals, { by: event.by, at: event.at }]
      return { ...request, extensions: { asked: event.n, granted, open: { ...open, approvals } } }
    }
    case 'extended': {
      if (request.grant === undefined) throw new Error('extended before armed')
      // Before the new end its holder is told again.
      const { warnedAt: _, ...grant } = request.grant
      const reviewers = request.extensions?.open?.reviewers
      const extended: Request = {
        ...request,
        extensions: { asked: event.n, granted: granted + 1 },
        grant: { ...grant, endsAt: event.endsAt },
      }
      return reviewers === undefined ? extended : openReview({ ...extended, reviewers }, event.at)
    }
    case 'extension denied':
    case 'extension lapsed':
      return { ...request, extensions: { asked: event.n, granted } }
    default:
      return event satisfies never
  }
}

/** A grant that ends leaves nothing to decide. */
export const closeExtension = (request: Request): Request => {
  if (request.extensions?.open === undefined) return request
  const { open: _, ...extensions } = request.extensions
  return { ...request, extensions }
}

const mustBeOpen = ({ extensions }: Request, { n }: AnyExtensionEvent): Extension => {
  if (extensions?.open?.n !== n) throw new Error(`extension ${n} is not open`)
  return extensions.open
}
