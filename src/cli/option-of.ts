/** What stands after an option: `--name VALUE` or `--name=VALUE`; an empty text when nothing does. */
export const optionOf = (args: readonly string[], name: string): string | undefined => {
  const inline = args.find((arg) => arg.startsWith(`${name}=`))
  if (inline !== undefined) return inline.slice(name.length + 1)
  const at = args.indexOf(name)
  return at < 0 ? undefined : (args[at + 1] ?? '')
}
