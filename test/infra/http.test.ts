/** The end of the HTTP server: everything else that stops waits for it. */
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Http, openHttp } from '../../src/infra/http.ts'

/** Well below what the bot has for its whole stop. */
const WITHIN_MS = 5_000

let http: Http
let socket: Socket
let received: () => void
let isReceived: Promise<void>
let heard: string
beforeEach(async () => {
  isReceived = new Promise((resolve) => {
    received = resolve
  })
  http = openHttp()
  http.route('/slow', (request, response) => {
    received()
    request.resume().on('end', () => response.end('heard'))
  })
  heard = ''
  socket = connect(await http.listen(0, '127.0.0.1'), '127.0.0.1')
  socket
    .on('error', () => undefined)
    .on('data', (data) => {
      heard += data
    })
})
afterEach(() => void socket.destroy())

const HEAD = 'POST /slow HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: 2\r\n\r\n'

it('a request that never comes to its end does not hold up a stop', async () => {
  socket.write(HEAD)
  await isReceived
  const beganMs = performance.now()
  await http.close()
  expect(performance.now() - beganMs).toBeLessThan(WITHIN_MS)
  expect(heard).toBe('')
})

it('what is being answered may finish', async () => {
  socket.write(HEAD)
  await isReceived
  const closed = http.close()
  socket.write('{}')
  await closed
  await expect.poll(() => heard).toContain('200 OK')
})
