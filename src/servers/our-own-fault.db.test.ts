import { expect, test } from 'vitest'
import { panelWorld } from '../../test/kit/panel-world.ts'
import { MINUTE } from '../kit/time.ts'
import type { Panel } from '../outside/panel/types.ts'
import { reconcileServer } from './reconcile.ts'

const shop = await panelWorld()
const CREATE = 'POST /api/application/servers'
const creates = () => shop.calls.filter((call) => `${call.method} ${call.path}` === CREATE).length

/** The database is gone when the answer is to be taken in, or just before the call: what the adapter's hooks throw then. */
const failing = (when: 'before' | 'after'): Panel => ({
  ...shop.panel,
  createServer: async (call, server) => {
    if (when === 'after') await shop.panel.createServer(call, server)
    throw new Error('terminating connection due to administrator command')
  },
})

test.each([
  ['after the call', 'after', 1],
  ['before the call', 'before', 1],
] as const)('our database goes away %s: not a matter for a person, and one server in the end', async (_name, when, calls) => {
  const id = await shop.paidOrder()
  shop.calls.length = 0
  await expect(reconcileServer({ ...shop, panel: failing(when) }, id, new AbortController().signal)).rejects.toThrow(
    'terminating connection',
  )
  expect(await shop.order(id)).toMatchObject({ status: 'provisioning', failure: null })
  await shop.pass(2 * MINUTE, [id])
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', failure: null })
  expect(await shop.serversOf(id)).toHaveLength(1)
  expect(creates()).toBe(calls)
})
