import type { Fields } from './model.ts'

/** `{ok: false, error}` with the vendor's error name; thrown by methods, answered by the Web API. */
export class ApiError extends Error {
  readonly extra: Fields

  constructor(name: string, extra: Fields = {}) {
    super(name)
    this.name = 'ApiError'
    this.extra = extra
  }

  toBody(): Fields {
    return { ok: false, error: this.message, ...this.extra }
  }
}
