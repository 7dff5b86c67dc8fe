import { describe, expect, it } from 'vitest'
import type { Place } from '../../src/domain/model.ts'
import { dueInChat, lanesOfChat } from '../../src/service/chat-lanes.ts'

const AT = 1_764_000_000_000
const KEY = 'd:R-AAAAAA/place'
const POSTED = { channel: 'C1', id: '1.2' }
const place = (kind: Place['kind']): Place => ({ chat: 'slack', kind, to: 'C1' })
const dueIn = (kind: Place['kind'], posted?: typeof POSTED) => dueInChat(KEY, place(kind), posted, AT)

describe('a place in chat', () => {
  it.each<[string, ReturnType<typeof dueIn>, string]>([
    ['a card that is yet to be posted', dueIn('card'), 'chat:slack:new'],
    ['a direct message that is yet to be posted', dueIn('dm'), 'chat:slack:new'],
    ['a card that stands', dueIn('card', POSTED), 'chat:slack'],
    ['a direct message that stands', dueIn('dm', POSTED), 'chat:slack'],
    ['a thread that is yet to be begun', dueIn('thread'), 'chat:slack:audit'],
    ['a thread', dueIn('thread', POSTED), 'chat:slack:audit'],
  ])('%s is due in one lane and in no other', (_, due, lane) => {
    expect(due.filter(({ at }) => at !== null)).toEqual([{ lane, key: KEY, at: AT }])
    expect(due.map((one) => one.lane)).toEqual(lanesOfChat('slack').map((one) => one.lane))
  })

  it('that is behind with nothing is due nowhere', () => {
    expect(dueInChat(KEY, place('card'), POSTED, null).map(({ at }) => at)).toEqual([null, null, null])
  })
})
