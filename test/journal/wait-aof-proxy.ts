/**
 * A server in front of a real Redis that also knows WAITAOF, as Redis 7.2 and Valkey do (Debian 12 has 7.0):
 * `WAITAOF numlocal numreplicas timeout` answers two numbers, the local one 0 when the time ran out.
 * https://redis.io/docs/latest/commands/waitaof/
 */
import { createConnection, createServer, type Socket } from 'node:net'

/** The first whole command of a RESP stream: its name, and how many bytes it takes. */
const readCommand = (buffer: Buffer): { name: string; length: number } | undefined => {
  const lines = buffer.toString('latin1').split('\r\n')
  const count = Number(lines[0]?.slice(1))
  let length = (lines[0]?.length ?? 0) + 2
  let name = ''
  for (let i = 0; i < count; i += 1) {
    const header = buffer.indexOf('\r\n', length)
    if (header < 0) return undefined
    const size = Number(buffer.toString('latin1', length + 1, header))
    if (i === 0) name = buffer.toString('latin1', header + 2, header + 2 + size).toUpperCase()
    length = header + 2 + size + 2
    if (length > buffer.length) return undefined
  }
  return { name, length }
}

export const startWaitAofProxy = async (upstreamPath: string) => {
  const path = `${upstreamPath}.proxy`
  const sockets = new Set<Socket>()
  let acks = 1
  let delayMs = 0
  let waits = 0

  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer((client) => {
    const upstream = keep(createConnection(upstreamPath))
    keep(client).on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy()).pipe(client)
    let rest = Buffer.alloc(0)
    client.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      for (let command = readCommand(rest); rest.length > 0 && command; command = readCommand(rest)) {
        if (command.name === 'WAITAOF') {
          waits += 1
          setTimeout(() => client.write(`*2\r\n:${acks}\r\n:0\r\n`), delayMs)
        } else upstream.write(rest.subarray(0, command.length))
        rest = rest.subarray(command.length)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    path,
    /** How many commands waited. */
    waits: (): number => waits,
    answer: (local: number): void => {
      acks = local
    },
    delay: (ms: number): void => {
      delayMs = ms
    },
    stop: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
