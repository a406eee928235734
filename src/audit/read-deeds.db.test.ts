import { beforeAll, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { type Actor, systemActor } from '../kit/actor.ts'
import { later, MINUTE } from '../kit/time.ts'
import { AuditQuery } from './contract.ts'
import { type Deed, readDeeds, record } from './index.ts'

const db = await testDb()
const start = new Date('2026-03-01T12:00:00Z')
const minute = (n: number) => later(start, n * MINUTE)
let ada: Actor

beforeAll(async () => {
  const { rows } = await db.pool.query(`insert into auth."user" (name, email) values ('Ada', 'ada@example.com') returning id`)
  ada = { kind: 'user', id: rows[0].id, role: 'admin' }
  const deeds: Omit<Deed, 'at'>[] = [
    { by: ada, did: 'orders.retry', to: { type: 'order', id: 'o1' }, why: 'asked for by mail' },
    { by: ada, did: 'orders.cancel', to: { type: 'order', id: 'o1' } },
    {
      by: { kind: 'cli', id: 'cli:root@host', role: 'admin' },
      did: 'accounts.set_role',
      to: { type: 'user', id: ada.id },
      details: { to: 'admin' },
    },
    { by: systemActor('sweep'), did: 'orders_old.retry', to: { type: 'order', id: 'o2' } },
    { by: { kind: 'key', id: 'key:abc', role: 'support' }, did: 'fleet.set_node', to: { type: 'node', id: '1' } },
  ]
  await db.tx(async (tx) => {
    // Two at one instant each, so that the order needs the id as well.
    for (const [n, deed] of deeds.entries()) await record(tx, { ...deed, at: minute(Math.floor(n / 2)) })
  })
})

const read = (query: object) => readDeeds(db.q, AuditQuery.parse(query))
const did = async (query: object) => (await read(query)).items.map((deed) => deed.did)
const ALL = ['fleet.set_node', 'orders_old.retry', 'accounts.set_role', 'orders.cancel', 'orders.retry']

test('newest first, people by their e-mail, and never more than a page', async () => {
  const { items, nextCursor } = await read({})
  expect(nextCursor).toBeNull()
  expect(items.map((deed) => deed.did)).toEqual(ALL)
  expect(items[4]).toMatchObject({
    actorKind: 'user',
    actorEmail: 'ada@example.com',
    targetId: 'o1',
    targetEmail: null,
    why: 'asked for by mail',
  })
  expect(items[2]).toMatchObject({ actorId: 'cli:root@host', actorEmail: null, targetEmail: 'ada@example.com', details: { to: 'admin' } })
})

test('page by page, each deed once', async () => {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit: '2', ...(cursor ? { cursor } : {}) })
    seen.push(...page.items.map((deed) => deed.did))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  expect(seen).toEqual(ALL)
})

test('filtered by who, to what, what and when', async () => {
  expect(await did({ actor: 'Ada@Example.com' })).toEqual(['orders.cancel', 'orders.retry'])
  expect(await did({ actor: ada.id })).toHaveLength(2)
  expect(await did({ actor: 'cli:root@host' })).toEqual(['accounts.set_role'])
  expect(await did({ actor: 'nobody@example.com' })).toEqual([])
  expect(await did({ target: 'o1' })).toEqual(['orders.cancel', 'orders.retry'])
  expect(await did({ target: 'ada@example.com' })).toEqual(['accounts.set_role'])
  expect(await did({ did: 'orders.retry' })).toEqual(['orders.retry'])
  expect(await did({ did: 'orders' })).toEqual(['orders.cancel', 'orders.retry'])
  expect(await did({ did: '%' })).toEqual([])
  expect(await did({ from: minute(1).toISOString(), until: minute(2).toISOString() })).toEqual(['orders_old.retry', 'accounts.set_role'])
  expect(await did({ did: 'orders', target: 'o1', from: minute(1).toISOString() })).toEqual([])
})

test('a cursor that is none of ours is refused, one of nothing is the end', async () => {
  for (const cursor of ['x', '-1', '1.5', '1e3', '9'.repeat(16)]) expect(AuditQuery.safeParse({ cursor }).success, cursor).toBe(false)
  expect(await read({ cursor: '999999' })).toEqual({ items: [], nextCursor: null })
})
