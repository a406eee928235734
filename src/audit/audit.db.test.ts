import { expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { systemActor } from '../kit/actor.ts'
import { type Deed, record } from './index.ts'

const db = await testDb()
const at = new Date('2026-03-01T12:00:00Z')
const deed: Deed = { by: systemActor('sweep'), did: 'orders.retry', to: { type: 'order', id: 'o1' }, at }
const rows = () => db.q.selectFrom('audit_log').selectAll().orderBy('id').execute()

test('a deed stands with its transaction', async () => {
  await db.tx((tx) => record(tx, { ...deed, why: 'asked by mail', details: { from: 'error' }, requestId: 'r1' }))
  const undone = db.tx(async (tx) => {
    await record(tx, deed)
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  expect(await rows()).toMatchObject([
    {
      at,
      actor_kind: 'system',
      actor_id: 'sweep',
      did: 'orders.retry',
      target_type: 'order',
      target_id: 'o1',
      why: 'asked by mail',
      details: { from: 'error' },
      request_id: 'r1',
    },
  ])
})
