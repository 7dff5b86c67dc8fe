/**
 * The folders of a private PostgreSQL server: its data, new or kept, with the administrator's password beside it. Called
 * by `postgres-server.ts` only.
 */
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type RunAs, run } from './postgres-process.ts'

export const ADMIN = 'postgres'

export const makeFolder = async (folder: string, as: RunAs | undefined): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (as) await chown(folder, as.uid, as.gid)
  return folder
}

/** One folder per version, since data of one cannot be read by another. Undefined where the user cannot go. */
export const keptFolder = async (
  dir: string,
  version: number,
  as: RunAs | undefined,
): Promise<string | undefined> => {
  await mkdir(dir, { recursive: true })
  for (let above = resolve(dir); as; above = dirname(above)) {
    if (((await stat(above)).mode & 0o001) === 0) return undefined
    if (above === dirname(above)) break
  }
  return resolve(dir, `postgres-${version}`)
}

/** Makes the data folder, or takes the one that is there, with the administrator's password beside it. */
export const prepareData = async (bin: string, folder: string, as: RunAs | undefined) => {
  const data = join(folder, 'data')
  const secret = join(folder, 'admin-password')
  const exists = await access(secret).then(
    () => true,
    () => false,
  )
  if (exists) return { data, password: await readFile(secret, 'utf8') }
  await rm(data, { recursive: true, force: true })
  await makeFolder(folder, as)
  const password = randomBytes(16).toString('hex')
  const asked = join(folder, 'asked-password')
  await writeFile(asked, password, { mode: 0o600 })
  if (as) await chown(asked, as.uid, as.gid)
  const auth = ['-U', ADMIN, '--auth=scram-sha-256', `--pwfile=${asked}`]
  await run(
    join(bin, 'initdb'),
    ['-D', data, ...auth, '--no-sync', '--encoding=UTF8', '--locale=C', '--no-instructions'],
    as,
  )
  await rm(asked)
  // Written last: a folder without it was never finished.
  await writeFile(secret, password, { mode: 0o600 })
  return { data, password }
}
