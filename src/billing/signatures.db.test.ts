import { expect, test } from 'vitest'
import { sellingWorld } from '../../test/kit/selling.ts'
import { lastVerifiedAt, refusalsSince } from './store/signatures.ts'
import { createDesk, takeEvent } from './take-event.ts'

const shop = await sellingWorld()
const { q } = shop.db
const desk = createDesk(shop.world)
const { book } = desk
const EARLY = new Date(0)

const signed = async () => (await q.selectFrom('webhook_secrets').selectAll().execute()).map((row) => row.verified_at)

test('a verified event is remembered with its secret, a refused one is counted with its reason', async () => {
  await shop.open(await shop.customer())
  await shop.settle()
  expect(await refusalsSince(q, EARLY)).toEqual({ count: 0, lastAt: null, reason: null })
  expect(await signed()).toEqual([expect.any(Date)])
  const before = await lastVerifiedAt(q)

  shop.faults.add({ system: 'stripe', kind: 'webhook_missigned' })
  const [checkout] = await q.selectFrom('checkouts').select('id').execute()
  await shop.stripe.expireSession({}, await shop.sessionId(checkout!.id))
  await shop.settle()
  expect(await refusalsSince(q, EARLY)).toMatchObject({ count: 1, reason: expect.stringContaining('No signatures found') })
  expect(await lastVerifiedAt(q)).toEqual(before)
  // Stripe tries again, and is itself by then.
  shop.faults.clear()
  await shop.advance(10_000)
  expect(await lastVerifiedAt(q)).not.toEqual(before)
})

test('what does not look signed is refused and not counted, however much of it comes', async () => {
  const before = await refusalsSince(q, EARLY)
  for (let n = 0; n < 20; n += 1) {
    const forged = { body: '{}', signature: n % 2 === 0 ? '' : 'rubbish' }
    await expect(takeEvent(shop.world, forged, desk)).rejects.toThrow('bad_signature')
  }
  await book.settle()
  expect(await refusalsSince(q, EARLY)).toEqual(before)
})

test('a flood is one row for each minute', async () => {
  const flood = Array.from({ length: 200 }, () =>
    takeEvent(shop.world, { body: '{}', signature: `t=1,v1=${'0'.repeat(64)}` }, desk).catch((error: Error) => error.message),
  )
  expect(new Set(await Promise.all(flood)).size).toBe(1)
  await book.settle()
  const rows = await q.selectFrom('webhook_refusals').selectAll().execute()
  expect(rows.length).toBeLessThanOrEqual(3)
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(201)
})
