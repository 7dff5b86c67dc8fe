/** INFO as Redis gives it: what is read here also works where CONFIG is blocked, as on managed services. */

/** Fields of INFO by name; sections do not matter. */
export type RedisInfo = ReadonlyMap<string, string>

/** Parses the answer of INFO (any sections). */
export const parseRedisInfo = (text: string): RedisInfo => {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1))
  }
  return fields
}

/** A whole number of INFO; 0 where the field is missing. */
export const infoNumber = (info: RedisInfo, field: string): number => Number(info.get(field) ?? 0) || 0
