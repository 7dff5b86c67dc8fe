/** What every kind of field is drawn from. */
import type { Element } from '../slack/model.ts'

export interface FieldProps {
  readonly block: string
  readonly element: Element
  readonly id: string
  /** Ids of hint and error. */
  readonly describedBy: string
  readonly isWrong: boolean
  readonly isRequired: boolean
}
