import { beforeEach, expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { corrections } from '../findings/index.ts'
import { MINUTE } from '../kit/time.ts'
import { drainInbox, sweepStripe } from './index.ts'

const shop = await sellingWorld()
const missed = async () => (await corrections(shop.db.q))['missed_webhook'] ?? 0

beforeEach(async () => {
  shop.faults.clear()
  await shop.freeAll()
  await shop.db.byHand('update findings set status = $1', ['resolved'])
})

async function paidInSilence(count: number): Promise<string[]> {
  shop.faults.add({ system: 'stripe', kind: 'webhook_dropped' })
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const { id } = await shop.open(await shop.customer())
    shop.sandbox.pay(await shop.sessionId(id))
    ids.push(id)
  }
  await shop.settle()
  return ids
}
const drain = async () => {
  while ((await drainInbox(shop.world, 50)) > 0);
}

test('webhooks gone and nobody returns: thirty paid orders are found by one sweep, and counted once each', async () => {
  // 30 places of 2 GB would be more than unpaid checkouts may hold of one node of 64 GB.
  await shop.db.byHand('update ptero_nodes set max_ram_gb = 1000, max_disk_gb = 100000')
  const ids = await paidInSilence(30)
  expect(await Promise.all(ids.map((id) => shop.row(id)))).toEqual(ids.map(() => undefined))
  await shop.clock.advance(2 * MINUTE)
  expect(await sweepStripe(shop.world)).toMatchObject({ made: 30 })
  await drain()
  for (const id of ids) expect(await shop.row(id)).toMatchObject({ id, status: 'paid' })
  expect(await missed()).toBe(30)
  await shop.clock.advance(10 * MINUTE)
  expect(await sweepStripe(shop.world)).toMatchObject({ added: 0, made: 0 })
  expect(await missed()).toBe(30)
})

test('the list of events alone is enough', async () => {
  const before = await missed()
  const [id = ''] = await paidInSilence(1)
  await shop.clock.advance(2 * MINUTE)
  const blind = { ...shop.world, stripe: { ...shop.stripe, sessionsSince: async function* () {} } }
  expect(await sweepStripe(blind)).toMatchObject({ made: 0 })
  await drain()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
  expect(await missed()).toBe(before + 1)
})

test('a webhook that came is no missed one', async () => {
  const before = await missed()
  const { id } = await shop.open(await shop.customer())
  shop.sandbox.pay(await shop.sessionId(id))
  await shop.settle()
  await shop.clock.advance(2 * MINUTE)
  await sweepStripe(shop.world)
  await drain()
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
  expect(await missed()).toBe(before)
})

test('one that was paid a moment ago may still be on its way', async () => {
  const [id = ''] = await paidInSilence(1)
  expect(await sweepStripe(shop.world)).toMatchObject({ made: 0 })
  expect(await shop.row(id)).toBeUndefined()
  await shop.clock.advance(2 * MINUTE)
  await sweepStripe(shop.world)
  expect(await shop.row(id)).toMatchObject({ status: 'paid' })
})

test('paid, ours, and unknown since a backup was restored: a finding, nothing else', async () => {
  const [id = ''] = await paidInSilence(1)
  await shop.db.byHand('delete from node_allocations where reservation_id = $1', [id])
  await shop.db.byHand('delete from reservations where id = $1', [id])
  await shop.db.byHand('delete from checkouts where id = $1', [id])
  await shop.clock.advance(2 * MINUTE)
  await sweepStripe(shop.world)
  await drain()
  expect(await shop.findings()).toEqual(['billing.unknown_checkout'])
  expect(await shop.row(id)).toBeUndefined()
})

test('two at once: one of them goes; broken off, the same stretch is read again', async () => {
  const both = await Promise.all([sweepStripe(shop.world), sweepStripe(shop.world)])
  expect(both.filter((one) => one !== null)).toHaveLength(1)
  const cursor = async () => (await shop.db.q.selectFrom('stripe_sweep').select('cursor_at').executeTakeFirstOrThrow()).cursor_at
  const before = await cursor()
  await shop.clock.advance(MINUTE)
  shop.faults.add({ system: 'stripe', kind: 'down', match: 'GET /v1/events' })
  await expect(sweepStripe(shop.world)).rejects.toMatchObject({ kind: 'unavailable' })
  expect(await cursor()).toEqual(before)
  shop.faults.clear()
  expect(await sweepStripe(shop.world)).not.toBeNull()
})

test('a process that was killed at it holds up the next sweep for seconds', async () => {
  const [id] = await paidInSilence(1)
  await shop.clock.advance(2 * MINUTE)
  const buried = new AbortController()
  const silence = new Promise<never>((_, reject) => buried.signal.addEventListener('abort', () => reject(buried.signal.reason)))
  const events: typeof shop.stripe.events = async function* () {
    yield await silence
  }
  const dead = sweepStripe({ ...shop.world, stripe: { ...shop.stripe, events } })
  const holder = async () => (await shop.db.q.selectFrom('stripe_sweep').select('holder').executeTakeFirstOrThrow()).holder
  await expect.poll(holder).not.toBeNull()
  expect(await sweepStripe(shop.world)).toBeNull()
  await shop.clock.advance(30_000)
  expect(await sweepStripe(shop.world)).toMatchObject({ made: 1 })
  buried.abort(new Error('buried'))
  await expect(dead).rejects.toThrow('buried')
  await drain()
  expect(await shop.row(id ?? '')).toMatchObject({ status: 'paid' })
})
