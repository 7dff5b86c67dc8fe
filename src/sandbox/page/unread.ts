/** What a person has not seen yet, remembered by this browser. */
import { useEffect, useState } from 'preact/hooks'
import type { SeenChannel } from '../serve/seen.ts'

type Read = Readonly<Record<string, string>>

const everything = (channel: SeenChannel) =>
  channel.messages.flatMap((message) => [message, ...(message.replies ?? [])])

const newestOf = (channel: SeenChannel): string =>
  everything(channel).reduce((newest, { ts }) => (Number(ts) > Number(newest) ? ts : newest), '0')

export const unreadIn = (channel: SeenChannel, me: string, read: Read): number =>
  everything(channel).filter(({ ts, user }) => user !== me && Number(ts) > Number(read[channel.id] ?? '0'))
    .length

const keyOf = (person: string): string => `curfew-read-${person}`

const load = (person: string): Read => {
  try {
    return JSON.parse(localStorage.getItem(keyOf(person)) ?? '{}') as Read
  } catch {
    return {}
  }
}

/** What was read, with the channel that stands open counted as read. */
export const useRead = (person: string, open: SeenChannel | undefined): Read => {
  const [read, setRead] = useState<Read>(() => load(person))
  useEffect(() => setRead(load(person)), [person])
  const newest = open === undefined ? undefined : newestOf(open)
  useEffect(() => {
    if (open === undefined || newest === undefined) return
    const next = { ...load(person), [open.id]: newest }
    localStorage.setItem(keyOf(person), JSON.stringify(next))
    setRead(next)
  }, [person, open?.id, newest])
  return read
}
