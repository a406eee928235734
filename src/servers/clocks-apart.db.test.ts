import { expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { HOUR, later, MINUTE } from '../kit/time.ts'
import type { Panel } from '../outside/panel/types.ts'
import { reconcileServer } from './reconcile.ts'

const shop = await panelWorld()
const CREATE = 'POST /api/application/servers'
const creates = () => shop.calls.filter((call) => `${call.method} ${call.path}` === CREATE).length
const go = (world: Partial<typeof shop>, id: string) => reconcileServer({ ...shop, ...world }, id, new AbortController().signal)
const portsOf = async (id: string) =>
  (await shop.db.q.selectFrom('node_allocations').select('id').where('reservation_id', '=', id).orderBy('id').execute()).map(
    (row) => row.id,
  )

test('a worker whose clock is an hour behind creates, another finds nothing yet and the node disabled: the place is kept, one server', async () => {
  const id = await shop.paidOrder()
  const [node, ports] = [(await shop.order(id)).nodeId, await portsOf(id)]
  shop.calls.length = 0

  // Sent, and somewhere on its way while the other one looks.
  const [sent, arrives, heard] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow: Panel['createServer'] = async (call, body) => {
    sent.resolve()
    await arrives.promise
    const made = await shop.panel.createServer(call, body)
    await heard.promise
    return made
  }
  const behind = go({ panel: { ...shop.panel, createServer: slow }, now: () => later(shop.now(), -HOUR) }, id)
  await sent.promise

  const looks: Panel['serverByExternalId'] = async (call, externalId) => {
    const found = await shop.panel.serverByExternalId(call, externalId)
    if (creates() > 0) return found
    await shop.db.byHand(`update ptero_nodes set enabled = false where id = ${node}`)
    arrives.resolve()
    await expect.poll(creates).toBe(1)
    return found
  }
  await go({ panel: { ...shop.panel, serverByExternalId: looks } }, id)
  heard.resolve()
  await behind
  expect(await portsOf(id)).toEqual(ports)

  await shop.pass(3 * MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', failure: null, nodeId: node })
  expect(await shop.serversOf(id)).toHaveLength(1)
  expect(await shop.openFindings()).toEqual([])
  await shop.db.byHand('update ptero_nodes set enabled = true')
})

test('a create that the panel itself refused settles those before it: the order moves', async () => {
  const id = await shop.paidOrder()
  const node = (await shop.order(id)).nodeId
  shop.calls.length = 0
  shop.fault({ kind: 'down', match: CREATE, times: 1 })
  await shop.reconcile(id)
  await shop.db.byHand(`update ptero_nodes set enabled = false where id = ${node}`)
  shop.fault({ kind: 'daemon_error', match: CREATE, status: 500, times: 1 })
  await shop.pass(5 * MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', failure: null, nodeId: expect.not.toBeOneOf([node]) })
  expect(creates()).toBe(3)
  await shop.db.byHand('update ptero_nodes set enabled = true')
})
