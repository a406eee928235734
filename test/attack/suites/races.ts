import { expect, test } from 'vitest'
import { type Attacker, CHECKOUT, newAddress, wish } from '../attacker.ts'

const times = <T>(n: number, act: (n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, (_, i) => act(i)))

export function attackRaces(attack: () => Attacker): void {
  test('one wish ten times at once is one checkout; ten wishes are two', async () => {
    const a = attack()
    const [one, many] = [await a.person(), await a.person()]
    const ask = (by: typeof one, change: object) => a.send('POST', CHECKOUT, { bearer: by.token, address: by.address, json: wish(change) })
    const same = await times(10, () => ask(one, {}))
    expect(same.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(new Set(same.map(({ body }) => body['id'])).size).toBe(1)
    const sizes = ['2gb', '4gb', '8gb', '12gb']
    const different = await times(10, (n) => ask(many, { plan_id: `minecraft-paper-${sizes[n % 4]}` }))
    for (const { status } of different) expect([200, 409]).toContain(status)
    expect(await a.rows('select 1 from checkouts where user_id = $1', [many.id])).toHaveLength(2)
  })

  test('one address signed up ten times at once is one account, one panel account asked for ten times too', async () => {
    const a = attack()
    const json = { email: 'twice@attack.test', password: 'long-enough', name: 'M' }
    const signUps = await times(10, () => a.send('POST', '/api/auth/sign-up/email', { headers: { origin: a.stack.url }, json }))
    for (const { status } of signUps) expect([200, 422]).toContain(status)
    expect(await a.rows('select 1 from auth."user" where email = $1', [json.email])).toHaveLength(1)
    const by = await a.person()
    const ask = () => a.send('POST', '/functions/v1/create-pterodactyl-user', { bearer: by.token, json: { userId: by.id } })
    const accounts = await times(10, ask)
    expect(accounts.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(new Set(accounts.map(({ body }) => body['pterodactyl_user_id'])).size).toBe(1)
    expect(accounts.filter(({ body }) => 'password' in body)).toHaveLength(1)
    // Passwords are for them alone: they are looked for in everything else.
    for (const { body, text } of accounts) if ('password' in body) a.left.splice(a.left.indexOf(text), 1)
  })

  test('places are limited by network address, which a client cannot choose', async () => {
    const a = attack()
    const address = newAddress()
    const buyers = await times(5, () => a.person())
    const answers = []
    for (const by of buyers) {
      const headers = { 'x-forwarded-for': `${newAddress()}, ${address}`, 'x-real-ip': newAddress(), 'x-givrwrld-client-ip': newAddress() }
      answers.push((await a.send('POST', CHECKOUT, { bearer: by.token, headers, json: wish() })).status)
    }
    expect(answers).toEqual([200, 200, 200, 429, 429])
  })

  test('passwords cannot be tried for long from one address, nor by saying that one is another', async () => {
    const a = attack()
    const { email } = await a.person()
    const address = newAddress()
    const tries = await times(40, (n) =>
      a.send('POST', '/api/auth/sign-in/email', {
        headers: { origin: a.stack.url, 'x-forwarded-for': `203.0.113.${n}, ${address}`, 'x-givrwrld-client-ip': `203.0.113.${n}` },
        json: { email, password: `guess-number-${n}` },
      }),
    )
    const tried = tries.filter(({ status }) => status === 401)
    expect(tried.length).toBeLessThanOrEqual(20)
    const stopped = tries.filter(({ status }) => status === 429)
    expect(stopped).toHaveLength(40 - tried.length)
    expect(Number(stopped[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('a customer watches six orders at once, whatever was opened and left before', async () => {
    const a = attack()
    const by = await a.person()
    const { id } = await a.checkout(by)
    const path = `/api/orders/${id}/events`
    for (let n = 0; n < 8; n += 1) expect((await a.send('HEAD', path, { bearer: by.token })).status).toBe(200)
    const leave = new AbortController()
    const open = async (signal: AbortSignal) =>
      (await fetch(a.stack.url + path, { headers: { authorization: `Bearer ${by.token}`, accept: 'text/event-stream' }, signal })).status
    const watched = await times(10, () => open(leave.signal))
    expect(watched.filter((status) => status === 200)).toHaveLength(6)
    expect(watched.filter((status) => status === 429)).toHaveLength(4)
    leave.abort()
    const last = new AbortController()
    await expect.poll(() => open(last.signal), { timeout: 10_000, interval: 500 }).toBe(200)
    last.abort()
  })
}
