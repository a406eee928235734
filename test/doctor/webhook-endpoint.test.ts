import { beforeAll, expect, test, vi } from 'vitest'
import { givrwrld } from '../kit/command-line.ts'
import { openWard, type Ward } from './ward.ts'

let ward: Ward
beforeAll(async () => {
  ward = await openWard()
}, 120_000)

interface Told {
  step: string
  endpointId: string
  secret: string | null
  setTo?: string
}
const fix = (...more: string[]) => givrwrld(ward.stack.dataDir, 'doctor', '--fix', 'webhook-endpoint', '--json', ...more)
const REASON = ['--reason', 'The secret leaked']
const endpoints = async () =>
  (await ward.stripe('GET', 'webhook_endpoints'))['data'] as { id: string; status: string; enabled_events: string[] }[]
const single = () => ward.verdict('webhooks.single', { only: 'webhooks' })

test('a new endpoint takes over in two steps, and not one event is lost', async () => {
  const [old] = await endpoints()
  expect((await fix()).code).toBe(64)
  expect((await fix('--dry-run')).json<Told>()).toMatchObject({ step: 'would_make', secret: null })
  expect(await endpoints()).toHaveLength(1)

  const made = (await fix(...REASON)).json<Told>()
  expect(made).toMatchObject({ step: 'made', secret: expect.stringMatching(/^whsec_\w{32}$/) })
  expect(made.setTo).toBe(`${made.secret},${ward.config.stripeWebhookSecrets.join(',')}`)
  const fresh = (await endpoints()).find(({ id }) => id === made.endpointId)
  expect(fresh).toMatchObject({ status: 'enabled', enabled_events: expect.arrayContaining(['invoice.paid', 'checkout.session.completed']) })

  // Nothing has come under it: nothing is switched off, however often one asks.
  expect(await single()).toMatchObject({ state: 'warning', found: expect.stringContaining('no event with its secret was verified yet') })
  expect((await fix(...REASON)).json<Told>()).toMatchObject({ step: 'waiting', endpointId: made.endpointId, secret: null })
  expect((await endpoints()).map(({ status }) => status)).toEqual(['enabled', 'enabled'])

  // The sandbox keeps it for the product's next start.
  await ward.stack.killProduct('SIGTERM')
  await ward.stack.startProduct()
  await ward.makeEvent()
  await vi.waitFor(async () => expect((await single()).found).toMatch(/works: its events are verified/), { timeout: 20_000 })
  expect((await fix('--dry-run')).json<Told>()).toMatchObject({ step: 'would_settle' })
  expect((await fix(...REASON)).json<Told>()).toMatchObject({ step: 'settled', endpointId: made.endpointId, secret: null })
  expect(Object.fromEntries((await endpoints()).map(({ id, status }) => [id, status]))).toEqual({
    [made.endpointId]: 'enabled',
    [old?.id ?? '']: 'disabled',
  })
  expect(await ward.look({ only: 'webhooks' })).toMatchObject({ state: 'ok' })

  // Its events come, alone now.
  await ward.makeEvent()
  const count = async () =>
    Number((await ward.sql(`select count(*) from stripe_events where type = 'checkout.session.expired'`)).rows[0].count)
  await vi.waitFor(async () => expect(await count()).toBe(2), { timeout: 20_000 })

  const { rows } = await ward.sql(`select did, why, details from audit_log where target_type = 'webhook_endpoint' order by id`)
  expect(rows.map(({ did, why }) => [did, why])).toEqual([
    ['operations.webhook_endpoint_made', 'The secret leaked'],
    ['operations.webhook_endpoint_settled', 'The secret leaked'],
  ])
  const kept = await ward.sql(
    `select (select jsonb_agg(a) from audit_log a)::text || (select jsonb_agg(s) from webhook_secrets s)::text as text`,
  )
  expect(kept.rows[0].text).not.toContain(made.secret)
}, 120_000)
