/** What a login for one grant is called: it says whose it is, and no two requests have the same. */
import { NAME_MAX_BYTES } from '../settings.ts'

/** Of the account in the name; the prefix has at most 32, the id ten. */
const ACCOUNT_MAX = 19

/** E.g. `curfew_ana_7k3qx9`, small letters, digits and `_` only. */
export const nameLogin = (prefix: string, account: string, request: string): string => {
  const id = request.replace(/^R-/, '').toLowerCase()
  const plain = account
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, ACCOUNT_MAX)
    .replace(/^_+|_+$/g, '')
  return `${prefix}${plain === '' ? 'login' : plain}_${id}`.slice(-NAME_MAX_BYTES)
}
