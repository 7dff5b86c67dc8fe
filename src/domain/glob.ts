/** `target/role` patterns with `*` for any run of characters except `/`. Called by policies and config. */

/** Parts between stars are looked for from left to right, so time grows with the lengths only, never explodes. */
const matchesPart = (glob: string, text: string): boolean => {
  const [first = '', ...rest] = glob.split('*')
  const last = rest.pop()
  if (last === undefined) return glob === text
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  let from = first.length
  const end = text.length - last.length
  for (const part of rest) {
    const at = text.indexOf(part, from)
    if (at < 0 || at + part.length > end) return false
    from = at + part.length
  }
  return true
}

/** Does an entitlement, written `target/role`, match the pattern? */
export const matchesGlob = (glob: string, entitlement: string): boolean => {
  const globs = glob.split('/')
  const parts = entitlement.split('/')
  return globs.length === parts.length && globs.every((part, i) => matchesPart(part, parts[i] ?? ''))
}
