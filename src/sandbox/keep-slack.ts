/** What was said in the local Slack, kept in one file: a sandbox that is started again goes on where it stood. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { LocalSlack } from './slack/local-slack.ts'
import type { KeptMessages } from './slack/messages.ts'
import type { View } from './slack/model.ts'

interface Kept {
  readonly messages: KeptMessages
  readonly homes: Readonly<Record<string, View>>
  /** Who has a direct message with the bot. */
  readonly dms: readonly string[]
}

/** Writes no oftener than this. */
const WRITE_EVERY_MS = 300

/** Restores what was kept, and keeps what happens from now on. `stop` writes a last time. */
export const keepSlack = async (slack: LocalSlack, file: string): Promise<{ stop(): Promise<void> }> => {
  restore(slack, await read(file))
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = (): Promise<void> => {
    timer = undefined
    const kept: Kept = {
      messages: slack.keepMessages(),
      homes: slack.keepHomes(),
      dms: slack.channels().flatMap(({ user }) => user ?? []),
    }
    // Renamed into place: what is there is whole.
    writing = writing.then(async () => {
      await writeFile(`${file}.new`, JSON.stringify(kept), { mode: 0o600 })
      await rename(`${file}.new`, file)
    })
    return writing
  }
  const off = slack.onChange(() => {
    timer ??= setTimeout(() => void write(), WRITE_EVERY_MS)
  })
  return {
    stop: async () => {
      off()
      clearTimeout(timer)
      await write()
    },
  }
}

const read = async (file: string): Promise<Kept | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept
  } catch {
    return undefined
  }
}

const restore = (slack: LocalSlack, kept: Kept | undefined): void => {
  if (kept === undefined) return
  for (const user of kept.dms) slack.openDm(user)
  slack.restoreMessages(kept.messages)
  slack.restoreHomes(kept.homes)
}
