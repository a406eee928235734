import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { testDb } from '../../../test/kit/database.ts'
import type { Actor } from '../../kit/actor.ts'
import { asFailure } from '../../kit/failure.ts'
import { newRouter } from '../../kit/routes.ts'
import { LogNews, LogPage } from '../contract.ts'
import { saveLines } from '../store/log-lines.ts'
import { logRoutes } from './routes.ts'

const db = await testDb()
const world = { db, now: () => new Date() }
const routes = logRoutes(world)
const SUPPORT: Actor = { kind: 'user', id: 'sara', role: 'support' }

function ask(path: string, actor: Actor | null = SUPPORT, init: RequestInit = {}) {
  const app = newRouter()
  app.use('*', async (c, next) => {
    c.set('actor', actor)
    await next()
  })
  app.onError((error) => {
    const { code, status } = asFailure(error)
    return new Response(JSON.stringify({ type: code }), { status })
  })
  app.route('/', routes)
  return app.request(path, init)
}
const say = (message: string, part: object = {}) =>
  saveLines(db, 'test', [
    {
      ...{ at: new Date(), level: 'info', fn: 'servers-provision', message },
      ...{ orderId: null, userId: null, requestId: null, facts: '{}', ...part },
    },
  ])

/** Reads events of a stream until `count` have come. */
async function events(answer: Response, count: number): Promise<LogNews[]> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  const found: LogNews[] = []
  for (let text = ''; found.length < count; ) {
    const { value, done } = (await reader?.read()) ?? { done: true }
    if (done) break
    text += value
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const data = /^event: lines\ndata: (.*)$/m.exec(part)?.[1]
      if (data) found.push(LogNews.parse(JSON.parse(data)))
    }
  }
  await reader?.cancel()
  return found
}

test.each(['/api/ops/logs', '/api/ops/logs/tail'])('%s is for staff', async (path) => {
  expect((await ask(path, null)).status).toBe(401)
  expect((await ask(path, { kind: 'user', id: randomUUID(), role: 'customer' })).status).toBe(403)
  for (const role of ['support', 'operator', 'admin'] as const) {
    const answer = await ask(path, { kind: 'user', id: role, role }, { method: 'HEAD' })
    expect(answer.status).toBe(200)
  }
})

test('a page as its contract says, narrowed by what the address says', async () => {
  const orderId = randomUUID()
  await say('of the order', { orderId })
  await say('of another')
  const answer = await ask(`/api/ops/logs?order=${orderId}&since=1h&fn=servers-provision&level=info`)
  const page = LogPage.parse(await answer.json())
  expect(page.items.map((line) => line.message)).toEqual(['of the order'])
})

test.each(['order=1', 'level=loud', 'since=tomorrow', 'limit=201', 'text=needle', 'text=x&since=1h', 'cursor=x', 'request=%00'])(
  'not accepted: %s',
  async (query) => {
    expect((await ask(`/api/ops/logs?${query}`)).status).toBe(400)
  },
)

test('a customer nobody knows is told as such', async () => {
  expect((await ask('/api/ops/logs?customer=nobody@example.com')).status).toBe(404)
  expect((await ask('/api/ops/logs/tail?customer=nobody@example.com')).status).toBe(404)
})

test('the live tail brings what is said after it was opened, and of that what was asked for', async () => {
  const orderId = randomUUID()
  const answer = await ask(`/api/ops/logs/tail?order=${orderId}`)
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const heard = events(answer, 1)
  await say('not asked for')
  await say('asked for', { orderId })
  expect((await heard).flatMap(({ items }) => items.map((line) => line.message))).toEqual(['asked for'])
})

test('a reader has a few tails at most, and gets the place back when one is closed', async () => {
  const reader: Actor = { kind: 'user', id: 'many-tabs', role: 'support' }
  const fn = 'tails'
  const open = await Promise.all([1, 2, 3, 4].map(() => ask(`/api/ops/logs/tail?fn=${fn}`, reader)))
  expect(open.map((answer) => answer.status)).toEqual([200, 200, 200, 200])
  expect((await ask('/api/ops/logs/tail', reader)).status).toBe(429)
  const closed = Promise.all(open.map((answer) => events(answer, 1)))
  await say('the end', { fn })
  await closed
  const again = async () => {
    const answer = await ask('/api/ops/logs/tail', reader)
    await answer.body?.cancel()
    return answer.status
  }
  await expect.poll(again, { timeout: 5_000 }).toBe(200)
})
