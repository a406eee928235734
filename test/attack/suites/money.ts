import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Attacker, WEBHOOK } from '../attacker.ts'

export function attackMoney(attack: () => Attacker): void {
  const sign = (body: string, change: { ageSeconds?: number; secret?: string } = {}) => {
    const at = Math.floor(Date.now() / 1_000) - (change.ageSeconds ?? 0)
    const secret = change.secret ?? attack().stack.config.stripeWebhookSecrets[0] ?? ''
    return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
  }
  const event = (change: object = {}) => ({
    id: `evt_${randomBytes(8).toString('hex')}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    type: 'customer.updated',
    data: { object: { id: 'cus_none', object: 'customer' } },
    ...change,
  })
  const post = async (raw: string, signature?: string) =>
    (await attack().send('POST', WEBHOOK, { raw, headers: signature === undefined ? {} : { 'stripe-signature': signature } })).status
  const stored = (id: string) => attack().rows('select processed_at is not null as done from stripe_events where id = $1', [id])

  test('an event is believed by its signature alone, once', async () => {
    const body = JSON.stringify(event())
    const wrong = [
      '',
      't=,v1=',
      `v1=${'a'.repeat(10_000)}`,
      sign(body, { secret: 'whsec_other' }),
      sign(body, { ageSeconds: 301 }),
      sign('{}'),
    ]
    for (const signature of [undefined, ...wrong, sign(body).replace('v1=', 'v0=')])
      expect(await post(body, signature), signature).toBe(400)
    expect(await stored(JSON.parse(body).id)).toEqual([])
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, sign(body))))
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(await stored(JSON.parse(body).id)).toEqual([{ done: true }])
    expect(await attack().tooMuch(WEBHOOK, 2_000_000)).toBe(413)
  })

  test('what is signed but no event is refused; what is odd gets in and is done with', async () => {
    const none = ['', '{', 'null', '[]', '{}', '\ufeff{}']
    const shapes = [
      { id: undefined },
      { id: 5 },
      { id: '' },
      { created: 'x' },
      { created: 1e20 },
      { type: 7 },
      { data: null },
      { data: {} },
    ]
    for (const body of [...none, ...shapes.map((shape) => JSON.stringify(event(shape)))])
      expect(await post(body, sign(body)), body).toBe(400)
    const odd = [{ type: '__proto__' }, { type: 'constructor' }, { type: 'unknown' }, { data: { object: { id: 'x', name: 'a\u0000b' } } }]
    for (const change of odd) {
      const sent = event(change)
      expect(await post(JSON.stringify(sent), sign(JSON.stringify(sent))), JSON.stringify(change)).toBe(200)
      expect(await stored(sent.id)).toEqual([{ done: true }])
    }
  })

  /** A session made at Stripe beside the shop, by whoever holds a key there, and paid. */
  const paidBeside = async (form: Record<string, string>): Promise<string> => {
    const a = attack()
    const [cheapest] = await a.rows<{ stripe_price_id: string }>('select stripe_price_id from plan_prices order by amount_cents limit 1')
    const stripe = `http://127.0.0.1:${a.stack.sandbox.stripePort}`
    const line = { 'line_items[0][price]': cheapest?.stripe_price_id ?? '', 'line_items[0][quantity]': '1' }
    const answer = await fetch(`${stripe}/v1/checkout/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${a.stack.config.stripeSecretKey}`, 'stripe-version': '2026-10-28.endive' },
      body: new URLSearchParams({ mode: 'subscription', success_url: a.stack.url, ...line, ...form }),
    })
    const { id } = (await answer.json()) as { id: string }
    expect(await a.pay(`${stripe}/pay/${id}`)).toBe(303)
    return id
  }
  const findings = (subject: string) => attack().rows('select kind, severity from findings where subject_id = $1 order by kind', [subject])

  test('less money than asked delivers nothing until a person says so; then once, whoever asks how often', async () => {
    const a = attack()
    const by = await a.person()
    const { id } = await a.checkout(by, { plan_id: 'minecraft-paper-12gb' })
    await paidBeside({ client_reference_id: id, 'metadata[app]': 'givrwrld', 'metadata[order_id]': id })
    const order = () =>
      a.rows('select status, pterodactyl_server_id as server, failure ->> $2 as code from orders where id = $1', [id, 'code'])
    await expect.poll(order, { timeout: 15_000 }).toEqual([{ status: 'error', server: null, code: 'orders.paid_too_little' }])
    expect(await findings(id)).toEqual([{ kind: 'orders.amount_differs', severity: 'critical' }])
    const mails = await a.rows('select template from messages where to_email = $1 and template <> $2', [by.email, 'verify_email'])
    expect(mails).toEqual([{ template: 'trouble' }])
    const seen = await a.send('GET', `/api/orders/${id}`, { bearer: by.token })
    expect(seen.body).toMatchObject({ status: 'error', trouble: expect.anything() })
    const operator = await a.person({ role: 'operator' })
    const retry = () => a.send('POST', `/api/ops/orders/${id}/retry`, { bearer: operator.token, json: {} })
    const tries = await Promise.all(Array.from({ length: 10 }, retry))
    for (const { status } of tries) expect([202, 409]).toContain(status)
    await expect.poll(order, { timeout: 20_000 }).toMatchObject([{ status: 'provisioned' }])
    const calls = await a.rows(
      `select 1 from order_events where order_id = $1 and kind = 'call' and details ->> 'path' = $2 and details ->> 'method' = 'POST'`,
      [id, '/servers'],
    )
    expect(calls.length).toBeLessThanOrEqual(1)
  })

  test('sessions of another application, or of an order that is none, touch nothing of ours', async () => {
    const a = attack()
    const { id } = await a.checkout(await a.person())
    await paidBeside({ client_reference_id: id, 'metadata[app]': 'another' })
    await paidBeside({ client_reference_id: id })
    await paidBeside({ client_reference_id: 'none-of-ours', 'metadata[app]': 'givrwrld' })
    await expect
      .poll(() => findings('none-of-ours'), { timeout: 15_000 })
      .toEqual([{ kind: 'billing.unknown_checkout', severity: 'critical' }])
    expect(await a.rows('select 1 from orders where id = $1', [id])).toEqual([])
    expect(await a.rows('select state from checkouts where id = $1', [id])).toEqual([{ state: 'open' }])
    await expect.poll(() => a.rows('select id, last_error from stripe_events where processed_at is null'), { timeout: 10_000 }).toEqual([])
  })

  test('paid and called off at once: one of both, never both', async () => {
    const a = attack()
    const by = await a.person()
    for (let round = 0; round < 3; round += 1) {
      const { id, url } = await a.checkout(by, { plan_id: 'teeworlds-vanilla-2gb' })
      const cancel = a.send('POST', `/api/checkouts/${id}/cancel`, { bearer: by.token })
      const [paid, canceled] = await Promise.all([a.pay(url), cancel, a.send('GET', `/api/orders/${id}?paid=1`, { bearer: by.token })])
      const wasPaid = paid === 303 && canceled.status !== 200
      expect([200, 409]).toContain(canceled.status)
      const end = () =>
        a.rows('select c.state, (o.id is not null) as bought from checkouts c left join orders o using (id) where c.id = $1', [id])
      await expect.poll(end, { timeout: 15_000 }).toEqual([{ state: wasPaid ? 'paid' : 'expired', bought: wasPaid }])
    }
  })
}
