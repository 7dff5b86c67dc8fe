/**
 * The log: one JSON line per event on standard output, by pino. Made once by whoever starts the process;
 * no secret that it was told of leaves it, wherever in a line it stands.
 */
import { type DestinationStream, pino } from 'pino'
import type { Log } from '../ports.ts'

interface LogOptions {
  /** A pino level; `silent` for none. */
  readonly level: string
  /** Values that never appear, such as keys and URLs with passwords. */
  readonly secrets?: readonly string[]
  readonly destination?: DestinationStream
}

/** Shorter ones would black out half of every line, and are no secrets. */
const SECRET_MIN = 6

const SECRET_KEYS = ['password', 'token', 'secret', 'authorization', 'cookie', 'connectionString']

/** What a secret may look like within JSON: as it is, escaped, and the password of a URL by itself. */
const formsOf = (secret: string): readonly string[] => {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)]
  if (!URL.canParse(secret)) return forms
  const { password } = new URL(secret)
  return [...forms, password, safeDecode(password)]
}

const safeDecode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Longer forms go first, so that no rest of them is left standing. */
const hider = (secrets: readonly string[]) => {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form.length >= SECRET_MIN)
    .sort((a, b) => b.length - a.length)
  return (line: string) => forms.reduce((hidden, form) => hidden.replaceAll(form, '[secret]'), line)
}

/** Field names that speak of secrets are blacked out to the third level; known values everywhere. */
export const makeLog = ({ level, secrets = [], destination }: LogOptions): Log => {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
    redact: {
      paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      censor: '[secret]',
    },
    hooks: { streamWrite: hider(secrets) },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
