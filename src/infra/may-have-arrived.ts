/** Whether a request that failed on its way may have been taken all the same; asked by those who must not send twice. */

/** Failures before a connection stood. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause) : undefined
}

/** `error`: as `fetch` rejected with it. */
export const mayHaveArrived = (error: unknown): boolean => {
  const code = codeOf(error)
  return !(code !== undefined && NEVER_SENT.has(code))
}
