/** A process whose own clock is wrong: everything in it that asks for the date reads this one, libraries included. */
const TrueDate = Date

export interface ShiftedDate {
  /** The clock steps: from now on it is wrong by this much. */
  step(toMs: number): void
  restore(): void
}

export const shiftDate = (byMs: number): ShiftedDate => {
  let offMs = byMs
  const now = (): number => TrueDate.now() + offMs
  globalThis.Date = new Proxy(TrueDate, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
  return {
    step: (toMs) => {
      offMs = toMs
    },
    restore: () => {
      globalThis.Date = TrueDate
    },
  }
}
