/**
 * A form as a small tagged tree: what somebody is asked to fill in, drawn from state like a card and rendered once per
 * chat platform. It knows intents (a line of words, a search), never widgets.
 */
import type { Part } from '../cards/card.ts'

export type FormName = 'request' | 'deny' | 'shorten' | 'extend' | 'review'

/** What was filled in, by name of field; a field that was left empty is absent or ''. */
export type Values = Readonly<Record<string, string>>

export interface Option {
  readonly value: string
  readonly label: string
  readonly note?: string
}

interface AnyField {
  readonly part: 'field'
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly optional?: true
}

export type Field =
  | (AnyField & { readonly input: 'line' | 'lines'; readonly initial?: string; readonly max: number })
  /** Options are asked for while somebody types; a choice draws the form anew. */
  | (AnyField & { readonly input: 'search'; readonly initial?: Option })

export interface Form {
  readonly form: FormName
  /** What it is about, as a button carries it: looked up again at every step, and never trusted further. */
  readonly about: string
  readonly title: string
  /** The button that sends it. */
  readonly submit: string
  /** Typed words that do the same, for when a form cannot be shown. */
  readonly words: string
  readonly parts: readonly (Part | Field)[]
}

/** What is known of a form before it is drawn: its title, by name. */
export const FORM_TITLES: Readonly<Record<FormName, string>> = {
  request: 'Ask for access',
  deny: 'Deny a request',
  shorten: 'Approve for less',
  extend: 'Extend access',
  review: 'Sign a review',
}

export const isField = (part: Part | Field): part is Field => part.part === 'field'
