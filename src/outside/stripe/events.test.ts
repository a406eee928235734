import Sdk from 'stripe'
import { expect, test } from 'vitest'
import { createStripe } from './index.ts'

const NOW = new Date('2026-11-01T12:00:00Z')
const stripe = createStripe({
  secretKey: 'sk_test_x',
  webhookSecrets: ['whsec_new', 'whsec_old'],
  app: 'shop',
  hooks: { after: async () => undefined },
  now: () => NOW,
})
const body = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'checkout.session.completed',
  api_version: '2026-10-28.endive',
  created: 1_790_000_000,
  data: { object: { id: 'cs_1', object: 'checkout.session' } },
})
const signed = (secret: string, ageSeconds: number, payload = body) =>
  new Sdk('sk_test_x').webhooks.generateTestHeaderString({ payload, secret, timestamp: NOW.getTime() / 1000 - ageSeconds })

test('an event signed with any of the configured secrets is read', () => {
  for (const secret of ['whsec_new', 'whsec_old'])
    expect(stripe.verifyEvent(body, signed(secret, 10))).toMatchObject({ id: 'evt_1', object: { id: 'cs_1', kind: 'checkout.session' } })
})

test('the age limit is 300 seconds, by the clock we are given', () => {
  expect(stripe.verifyEvent(body, signed('whsec_new', 299)).id).toBe('evt_1')
  expect(() => stripe.verifyEvent(body, signed('whsec_new', 301))).toThrow(/bad_signature/)
})

test.each([
  ['of another secret', signed('whsec_other', 0), body],
  ['of another body', signed('whsec_new', 0), body.replace('cs_1', 'cs_2')],
  ['that is missing', '', body],
  ['that is no signature', 't=1,v1=abc', body],
])('a signature %s is refused', (_name, signature, payload) => {
  expect(() => stripe.verifyEvent(payload, signature)).toThrow(
    expect.objectContaining({ code: 'billing.bad_signature', kind: 'denied', status: 400 }),
  )
})
