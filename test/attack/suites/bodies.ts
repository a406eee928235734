import { expect, test } from 'vitest'
import { SERVICE_KEY } from '../../kit/stack.ts'
import { type Attacker, CHECKOUT, NOBODY, wish } from '../attacker.ts'

const NUL = '\u0000'
const cursor = (text: string) => Buffer.from(text).toString('base64url')

export function attackBodies(attack: () => Attacker): void {
  test('what no database can hold is refused at the border', async () => {
    const a = attack()
    const [{ token }, operator] = [await a.person(), await a.person({ role: 'operator' })]
    const origin = { origin: a.stack.url }
    const sent = [
      a.send('GET', '/api/games/%00'),
      a.send('GET', '/api/ops/orders?q=%00', { bearer: operator.token }),
      a.send('GET', '/api/ops/orders?q=a%00b', { bearer: SERVICE_KEY }),
      a.send('POST', CHECKOUT, { bearer: token, json: wish({ plan_id: NUL }) }),
      a.send('POST', CHECKOUT, { bearer: token, json: wish({ server_name: `a${NUL}` }) }),
      a.send('PATCH', '/api/ops/nodes/1', { bearer: operator.token, json: { reason: `why${NUL}`, enabled: true } }),
      a.send('POST', `/api/ops/orders/${NOBODY}/cancel`, { bearer: operator.token, json: { reason: `why${NUL}` } }),
      a.send('POST', '/api/auth/reset-password', { headers: origin, json: { newPassword: 'long-enough', token: NUL } }),
      a.send('POST', '/api/auth/reset-password?token=%00', { headers: origin, json: { newPassword: 'long-enough' } }),
      a.send('POST', '/api/auth/sign-up/email', { headers: origin, json: { email: 'n@attack.test', password: 'long-enough', name: NUL } }),
    ]
    for (const answer of await Promise.all(sent)) expect(answer).toMatchObject({ status: 400, body: { type: 'request.nul' } })
    const spelt = await a.send('POST', CHECKOUT, { bearer: token, json: wish({ plan_id: 'none', server_name: '100\\u0000' }) })
    expect(spelt.body).toMatchObject({ type: 'orders.plan_not_sold' })
  })

  test('numbers, cursors and ids out of any range are refused, not stumbled over', async () => {
    const a = attack()
    const { token } = await a.person({ role: 'operator' })
    const get = async (path: string) => (await a.send('GET', path, { bearer: token })).status
    for (const list of ['orders', 'findings']) {
      for (const limit of ['-1', '0', '', 'NaN', 'Infinity', '1e9', '1.5', '99999999999999999999', '1;drop', '2&limit=3'])
        expect(await get(`/api/ops/${list}?limit=${limit}`), limit).toBe(400)
      for (const place of [
        'x',
        'a'.repeat(600),
        cursor('x'),
        cursor(`-271821-04-20T00:00:00.000Z ${NOBODY}`),
        cursor(`+275760-09-13T00:00:00.000Z ${NOBODY}`),
        cursor(`9999-99-99T00:00:00Z ${NOBODY}`),
        cursor(`2020-01-01T00:00:00Z ${'-'.repeat(36)}`),
        cursor(`2020-01-01T00:00:00Z ' or 1=1;--`),
      ])
        expect(await get(`/api/ops/${list}?cursor=${place}`), `${list} ${Buffer.from(place, 'base64url')}`).toBe(400)
    }
    for (const text of ["' or 1=1 --", '%', '_', '\\', '@', "x@'; drop table orders;--"])
      expect(await get(`/api/ops/orders?q=${encodeURIComponent(text)}`), text).toBe(200)
    for (const id of ['0', '-1', 'NaN', '1.5', '99999999999', '2147483648']) {
      const answer = await a.send('PATCH', `/api/ops/nodes/${id}`, { bearer: token, json: { reason: 'none', enabled: true } })
      expect(answer.status, id).toBe(400)
    }
  })

  test('bodies that are huge, deep, doubled or poisoned are refused in few words', async () => {
    const a = attack()
    const { token } = await a.person()
    const deep = (open: string, close: string, times: number) => `${open.repeat(times)}1${close.repeat(times)}`
    const bodies: Record<string, string> = {
      deep: deep('[', ']', 100_000),
      'deep inside': `{"plan_id":${deep('{"a":', '}', 30_000)}}`,
      'many keys': `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`).join()}}`,
      proto: '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"x":1}}}',
      'a price': JSON.stringify(wish({ amount_cents: 1 })),
      'no JSON': '{',
      null: 'null',
    }
    for (const [what, raw] of Object.entries(bodies)) {
      const answer = await a.send('POST', CHECKOUT, { bearer: token, raw })
      expect(answer.status, what).toBe(400)
      expect(answer.text.length, what).toBeLessThan(6_000)
    }
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json, text/plain']
    for (const type of types)
      expect((await a.send('POST', CHECKOUT, { bearer: token, headers: { 'content-type': type }, raw: '{}' })).status, type).toBe(415)
    expect(await a.tooMuch(CHECKOUT, 1_000_000)).toBe(413)
    expect(await a.tooMuch('/api/auth/sign-in/email', 1_000_000)).toBe(413)
  })

  test('a name that hides or breaks something is refused; the rest is only text, also in mails and pages', async () => {
    const a = attack()
    const by = await a.person()
    const named = (server_name: string) => a.send('POST', CHECKOUT, { bearer: by.token, address: by.address, json: wish({ server_name }) })
    for (const name of ['', '   ', 'a\nb', 'a\tb', 'a\u202eb', '\u200d', '\ud800', '\u0085', 'a'.repeat(61)])
      expect((await named(name)).status, JSON.stringify(name)).toBe(400)
    const name = `<img src=x onerror=alert(1)>'"; drop table orders;--`
    const { status, body } = await named(name)
    expect(status).toBe(200)
    await a.pay(String(body['url']))
    const mail = async () =>
      a.rows<{ id: string }>(`select id from messages where to_email = $1 and template = 'order_confirmed' and sent_at is not null`, [
        by.email,
      ])
    await expect.poll(mail, { timeout: 15_000 }).toHaveLength(1)
    const inbox = await (await fetch(`${a.stack.sandbox.controlUrl}/mail/messages.json?to=${by.email}`)).text()
    const { messages } = JSON.parse(inbox) as { messages: { id: string; html: string; subject: string }[] }
    expect(messages.some((one) => one.subject.includes('<img'))).toBe(true)
    for (const one of messages) {
      const whole = (await (await fetch(`${a.stack.sandbox.controlUrl}/mail/messages/${one.id}`)).json()) as { html: string }
      expect(whole.html).not.toContain('<img')
      const page = await (await fetch(`${a.stack.sandbox.controlUrl}/mail/${one.id}`)).text()
      expect(page).not.toMatch(/<img|srcdoc="[^"]*<img/)
    }
    for (const page of [
      `${a.stack.sandbox.controlUrl}/mail`,
      `${a.stack.sandbox.panelUrl}/`,
      `http://127.0.0.1:${a.stack.sandbox.stripePort}/sandbox`,
    ])
      expect(await (await fetch(page)).text(), page).not.toContain('<img src=x')
  })

  test('nobody makes themselves more than a customer, or an address longer than mail allows', async () => {
    const a = attack()
    const headers = { origin: a.stack.url }
    const more = { role: 'admin', emailVerified: true, image: 'javascript:alert(1)', id: NOBODY }
    const json = { email: 'king@attack.test', password: 'long-enough', name: 'x'.repeat(5_000), ...more }
    expect((await a.send('POST', '/api/auth/sign-up/email', { headers, json })).status).toBe(200)
    const made = await a.rows(`select role, "emailVerified", image, length(name) as n from auth."user" where email = 'king@attack.test'`)
    expect(made).toEqual([{ role: 'customer', emailVerified: false, image: null, n: 80 }])
    const email = `${'a'.repeat(300)}@attack.test`
    expect((await a.send('POST', '/api/auth/sign-up/email', { headers, json: { ...json, email } })).status).toBe(400)
  })
}
