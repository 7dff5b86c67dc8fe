import type { Condition } from '../domain/condition.ts'
import type { ChatKind, DirectoryKind, TargetKind } from '../ports.ts'

/** What this build of Curfew can do; the registry is one. Config builds its unions from it and knows no names. */
export interface Kinds {
  readonly targets: readonly TargetKind[]
  readonly chats: readonly ChatKind[]
  readonly directories: readonly DirectoryKind[]
  readonly conditions: readonly Condition[]
}
