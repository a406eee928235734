import { beforeEach, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import type { Actor } from '../kit/actor.ts'
import { Failure } from '../kit/failure.ts'
import { newRouter } from '../kit/routes.ts'
import { later, MINUTE } from '../kit/time.ts'
import { countOpen, findingRoutes, openFinding, resolveFinding } from './index.ts'

const db = await testDb()
const START = new Date('2026-03-01T12:00:00Z')
let actor: Actor | null = null
const as = (role: Actor['role']): Actor => ({ kind: 'user', id: `the-${role}`, role })
const app = newRouter()
app.onError((error, c) =>
  c.json({ type: error instanceof Failure ? error.code : error.message }, error instanceof Failure ? (error.status as 400) : 500),
)
app.use('*', async (c, next) => {
  c.set('actor', actor)
  c.set('requestId', 'r1')
  await next()
})
app.route('/', findingRoutes({ db, now: () => later(START, 5 * MINUTE) }))

const open = (id: string, at = START, more: object = {}) =>
  db.tx((tx) =>
    openFinding(tx, {
      kind: 'servers.moved',
      severity: 'warning',
      subject: { type: 'server', id },
      summary: 'S',
      remedy: 'R',
      at,
      ...more,
    }),
  )
const get = async (query = '') => {
  const answer = await app.request(`/api/ops/findings${query}`)
  return {
    status: answer.status,
    body: (await answer.json()) as {
      items: { id: string; subjectId: string; timesSeen: number }[]
      nextCursor: string | null
      type?: string
    },
  }
}
const resolve = (id: string, body: object = { reason: 'deleted it on the panel' }) =>
  app.request(`/api/ops/findings/${id}/resolve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

beforeEach(async () => {
  actor = as('operator')
  await db.q.deleteFrom('findings').execute()
})

test('the same wrong thing is open once, counted, and kept up to date', async () => {
  expect(await open('1')).toMatchObject({ opened: true })
  expect(await open('1', later(START, MINUTE), { severity: 'critical', evidence: { seen: 2 } })).toMatchObject({ opened: false })
  const { body } = await get()
  expect(body.items).toMatchObject([
    {
      kind: 'servers.moved',
      severity: 'critical',
      timesSeen: 2,
      evidence: { seen: 2 },
      openedAt: START.toISOString(),
      lastSeenAt: later(START, MINUTE).toISOString(),
    },
  ])
})

test('many at once open one', async () => {
  await Promise.all(Array.from({ length: 8 }, () => open('1')))
  expect((await get()).body.items).toMatchObject([{ timesSeen: 8 }])
})

test('resolved by the system, then wrong again: a new one', async () => {
  await open('1')
  const done = (id: string) =>
    db.tx((tx) => resolveFinding(tx, { kind: 'servers.moved', subject: { type: 'server', id }, by: 'sweep', reason: 'gone', at: START }))
  expect([await done('1'), await done('1'), await done('2')]).toEqual([true, false, false])
  expect(await countOpen(db.q)).toBe(0)
  expect(await open('1')).toMatchObject({ opened: true })
  expect([await countOpen(db.q), (await get()).body.items.length]).toEqual([1, 2])
})

test('pages hold every finding once, newest first, also those of one instant', async () => {
  for (let n = 0; n < 7; n += 1) await open(String(n), later(START, n < 4 ? 0 : n))
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await get(`?status=open&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
    seen.push(...body.items.map((item) => item.subjectId))
    cursor = body.nextCursor
  }
  expect(seen.slice(0, 3)).toEqual(['6', '5', '4'])
  expect([...seen].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  for (const bad of ['x', Buffer.from('2026-13-99T99:99:99Z 1').toString('base64url')])
    expect((await get(`?cursor=${bad}`)).body.type).toBe('findings.bad_cursor')
})

test('an operator resolves with a reason, once; the deed is recorded', async () => {
  const { id } = await open('1')
  expect((await resolve(id, { reason: '' })).status).toBe(400)
  const answer = await resolve(id)
  expect(await answer.json()).toMatchObject({ id, status: 'resolved', resolvedBy: 'the-operator' })
  expect((await resolve(id)).status).toBe(409)
  expect((await resolve('00000000-0000-4000-8000-000000000000')).status).toBe(404)
  const deeds = await db.q.selectFrom('audit_log').selectAll().where('did', '=', 'findings.resolve').execute()
  expect(deeds).toMatchObject([
    {
      actor_kind: 'user',
      actor_id: 'the-operator',
      target_type: 'finding',
      target_id: id,
      why: 'deleted it on the panel',
      request_id: 'r1',
    },
  ])
})

test('support reads, operators resolve, others neither', async () => {
  const { id } = await open('1')
  const tries = async () => [(await get()).status, (await resolve(id)).status]
  actor = null
  expect(await tries()).toEqual([401, 401])
  actor = as('customer')
  expect(await tries()).toEqual([403, 403])
  actor = as('support')
  expect(await tries()).toEqual([200, 403])
})
