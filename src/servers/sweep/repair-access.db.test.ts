import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { repairFinding } from '../../findings/index.ts'
import { panelHealth, setNode } from '../../fleet/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { MINUTE } from '../../kit/time.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { serverRepairs } from './repairs.ts'

const shop = await panelWorld()
const CALL: PanelCall = { share: 'staff' }
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const open = (kind: string) => shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const repair = async (kind: string, more: { way?: string; dryRun?: boolean; subject?: string } = {}) => {
  const finding = (await open(kind)).find((one) => more.subject === undefined || one.subject_id === more.subject)
  const { way = null, dryRun = false } = more
  const ask = { id: finding?.id ?? '', by: BY, reason: 'mended on the panel', way, dryRun, requestId: null }
  return repairFinding(shop, serverRepairs, ask)
}
beforeEach(async () => {
  shop.noFaults()
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
})

test('a refused key: asked again at a person’s word, and what waits for it goes on once the panel takes it', async () => {
  const id = await shop.paidOrder()
  shop.fault({ kind: 'key_refused' })
  await shop.reconcile(id)
  expect(await open('servers.panel_key_refused')).toHaveLength(1)
  await expect(repair('servers.panel_key_refused')).rejects.toMatchObject({ code: 'servers.not_repairable' })
  expect((await panelHealth(shop.db.q)).refusedSince).not.toBeNull()
  shop.noFaults()
  shop.db.wakes.length = 0
  expect((await repair('servers.panel_key_refused', { dryRun: true })).mended).toBe(false)
  expect(shop.db.wakes).toEqual([])
  expect(await repair('servers.panel_key_refused')).toMatchObject({ mended: true, did: expect.stringContaining('1 orders') })
  expect(shop.db.wakes).toContainEqual({ topic: 'orders.changed', key: id })
  expect((await panelHealth(shop.db.q)).refusedSince).toBeNull()
})

test('a customer whose address is another’s on the panel: mended there, the repair makes the account and tries the order', async () => {
  const subject = await shop.customer()
  const kind = 'accounts.panel_identity_conflict'
  const { email } = await shop.db.q.selectFrom('auth.user').select('email').where('id', '=', subject).executeTakeFirstOrThrow()
  const theirs = await shop.panel.createUser(CALL, {
    externalId: 'whmcs-7',
    username: 'somebody',
    email,
    firstName: 'Some',
    lastName: 'Body',
  })
  const id = await shop.paidOrder(subject)
  await shop.reconcile(id)
  expect(await shop.order(id)).toMatchObject({ status: 'error', failure: { code: kind } })
  expect(await open(kind)).toMatchObject([{ subject_type: 'user', subject_id: subject, remedy: expect.stringContaining('External ID') }])
  await expect(repair(kind, { subject })).rejects.toMatchObject({ kind: 'conflict' })
  await shop.panel.updateUser(CALL, theirs, { externalId: subject })
  expect((await repair(kind, { subject, dryRun: true })).did).toContain('then try 1 orders')
  expect(await repair(kind, { subject })).toMatchObject({ mended: true })
  expect(await shop.order(id)).toMatchObject({ status: 'paid', failure: null })
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned' })
  expect(await open(kind)).toEqual([])
})

test('an order that waits for room is tried again, or given up, at a person’s word', async () => {
  const id = await shop.paidOrder()
  for (const nodeId of [1, 2]) await setNode(shop, { by: BY, nodeId, enabled: false, reason: 'test' })
  await shop.reconcile(id)
  expect(await open('servers.no_room')).toMatchObject([{ subject_id: id }])
  await expect(repair('servers.no_room')).rejects.toMatchObject({ code: 'findings.no_such_way' })
  expect(await repair('servers.no_room', { way: 'retry' })).toMatchObject({ mended: false })
  expect(await repair('servers.no_room', { way: 'refund' })).toMatchObject({ mended: true })
  expect(await shop.order(id)).toMatchObject({ status: 'canceled', refundWanted: 'mended on the panel' })
})
