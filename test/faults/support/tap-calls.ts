/**
 * Loaded into the unchanged bot before its own program (`node --import`): sees every call that leaves the process, to
 * Redis, to PostgreSQL and to the chat, names it, and at the one that a plan asks for stops the process, at once. The plan
 * is read when SIGUSR2 comes, and at the start where one is named; production code knows nothing of it.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, readFileSync } from 'node:fs'
import { ClientRequest } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Redis as RedisClient } from 'ioredis'
import type { Client as PgClient } from 'pg'
import { nameCommand, nameEvents, nameHttp, nameSql } from './name-call.ts'
import { FIRST_PLAN, type Moment, type Plan, type Strike, struckAt } from './plan.ts'

/** The modules of the program that is watched, wherever this file was put. */
const need = createRequire(process.argv[1] ?? import.meta.url)
const folder = dirname(process.env.CURFEW_CONFIG ?? '.')

let plan: Plan | undefined
/** The last events that were committed: where in a life the process is. */
let phase = 'start'
let seen = new Map<string, number>()
let met = 0

const readPlan = (file: string): void => {
  plan = JSON.parse(readFileSync(file, 'utf8')) as Plan
  phase = 'start'
  seen = new Map()
  met = 0
}

const firstPlan = process.env[FIRST_PLAN]
if (firstPlan !== undefined) readPlan(firstPlan)

const takePlan = (): void => {
  readPlan(join(folder, 'plan.json'))
  process.stdout.write('{"msg":"plan taken"}\n')
}
process.on('SIGUSR2', takePlan)

/** Counts the call; answers what is to be done when it was answered. */
const begin = (name: string): (() => void) => {
  const now = plan
  if (now === undefined) return () => undefined
  const place = `${phase} > ${name}`
  const n = (seen.get(place) ?? 0) + 1
  seen.set(place, n)
  const point = `${place} #${n}`
  if (now.record !== undefined) appendFileSync(now.record, `${point}\n`)
  meet(now, { when: 'before', point }, name)
  return () => meet(now, { when: 'after', point }, name)
}

const isMoment = (strike: Strike, { when, point }: Moment, name: string): boolean =>
  'moments' in strike
    ? strike.moments.some((one) => one.when === when && one.point === point)
    : strike.when === when && name.includes(strike.call)

const meet = (now: Plan, moment: Moment, name: string): void => {
  const { strike } = now
  if (strike === undefined || plan !== now || !isMoment(strike, moment, name)) return
  met += 1
  if ('nth' in strike && met < strike.nth) return
  plan = undefined
  if (now.record !== undefined) appendFileSync(now.record, `${struckAt(moment)}\n`)
  process.kill(process.pid, strike.signal)
}

const { Redis } = need('ioredis') as { Redis: typeof RedisClient }
const sendCommand = Redis.prototype.sendCommand
Redis.prototype.sendCommand = function (this: RedisClient, command, stream) {
  const events = nameEvents(command.name, command.args)
  const done = begin(nameCommand(command.name, command.args))
  const settled = (): void => {
    if (events !== '') phase = events
    done()
  }
  command.promise.then(settled, () => undefined)
  return sendCommand.call(this, command, stream)
}

const pg = need('pg') as { Client: typeof PgClient }
type Query = (...args: unknown[]) => unknown
const query = pg.Client.prototype.query as Query
const tapped: Query = function (this: PgClient, ...args) {
  const done = begin(nameSql(args[0]))
  const answer = query.apply(this, args)
  if (answer instanceof Promise) answer.then(done, () => undefined)
  return answer
}
pg.Client.prototype.query = tapped as typeof pg.Client.prototype.query

const requests = new WeakMap<object, () => void>()
subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { method: string; path: string } }
  requests.set(request, begin(nameHttp(request.method, request.path)))
})
subscribe('undici:request:trailers', (message) => {
  const { request } = message as { request: object }
  requests.get(request)?.()
})

const end = ClientRequest.prototype.end as (...args: unknown[]) => ClientRequest
const tappedEnd = function (this: ClientRequest, ...args: unknown[]): ClientRequest {
  const done = begin(nameHttp(this.method, this.path))
  this.once('response', done)
  return end.apply(this, args)
}
ClientRequest.prototype.end = tappedEnd as typeof ClientRequest.prototype.end

/** What carries the chat's sockets. */
const { WebSocket } = need('undici') as { WebSocket: { prototype: { send(data: unknown): void } } }
const send = WebSocket.prototype.send
WebSocket.prototype.send = function (data) {
  const done = begin('socket send')
  send.call(this, data)
  done()
}
