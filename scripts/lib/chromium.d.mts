/** For the tests, which are typed. */
export function findChromium(): string | undefined
