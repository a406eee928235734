import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { type Stack, type StackOptions, startStack } from '../kit/stack.ts'

/** A person of the attack: how they are known to the shop, and the address they come from. */
export interface Person {
  id: string
  email: string
  password: string
  cookie: string
  token: string
  address: string
}
export interface Sent {
  status: number
  headers: Headers
  text: string
  body: Record<string, unknown>
}
export interface Ask {
  headers?: Record<string, string>
  bearer?: string
  /** With our own Origin, as a page of ours sends it. */
  cookie?: string
  json?: unknown
  raw?: string
  address?: string
}

export const NOBODY = '11111111-2222-4333-8444-555555555555'
export const WEBHOOK = '/functions/v1/stripe-webhook'
export const CHECKOUT = '/functions/v1/create-checkout-session'
export const wish = (change: object = {}) => ({
  plan_id: 'minecraft-paper-2gb',
  region: 'eu.fra',
  term: 'monthly',
  server_name: 'Attacked',
  accept_terms: true,
  accept_eula: true,
  ...change,
})

/** The stack under attack, behind one proxy, so that a request may come from any address; all that leaves it is kept. */
export class Attacker {
  readonly stack: Stack
  readonly left: string[]
  #people = 0

  constructor(stack: Stack, left: string[]) {
    this.stack = stack
    this.left = left
  }

  static async start(more: StackOptions = {}): Promise<Attacker> {
    const left: string[] = []
    const env = {
      LOG_LEVEL: 'debug',
      TRUSTED_PROXIES: '1',
      SIGN_UPS_PER_MINUTE: '10',
      CHECKOUTS_PER_ADDRESS: '3',
      STAFF_SECOND_FACTOR: 'required',
    }
    const stack = await startStack({ ...more, env: { ...env, ...more.env }, onOutput: (text) => void left.push(text) })
    await stack.startProduct()
    return new Attacker(stack, left)
  }

  /** Rows of the database; statements of the tests are marked as the product's own. */
  async rows<Row = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.stack.db.pool.query(sql, values)).rows as Row[]
  }

  async send(method: string, path: string, ask: Ask = {}): Promise<Sent> {
    const headers: Record<string, string> = { 'x-forwarded-for': ask.address ?? newAddress(), ...ask.headers }
    if (ask.cookie) Object.assign(headers, { cookie: ask.cookie, origin: headers['origin'] ?? this.stack.url })
    if (ask.bearer !== undefined) headers['authorization'] = `Bearer ${ask.bearer}`
    const body = ask.raw ?? (ask.json === undefined ? null : JSON.stringify(ask.json))
    if (body !== null) headers['content-type'] ??= 'application/json'
    const answer = await fetch(this.stack.url + path, { method, headers, body, redirect: 'manual' })
    const text = await answer.text()
    this.left.push(text, JSON.stringify([...answer.headers]))
    return { status: answer.status, headers: answer.headers, text, body: objectIn(text) }
  }

  /** Bytes as they are, on a connection of their own. @returns the answer's bytes */
  wire(head: string, body = ''): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(this.stack.url).port), 'localhost')
      let got = ''
      socket.on('data', (part) => {
        got += part
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(got))
      socket.write(`${head}\r\nConnection: close\r\n\r\n${body}`)
    })
  }

  /** Posts more than is taken, on a connection of its own: the answer may come before all is sent, and ends it. */
  async tooMuch(path: string, size: number): Promise<number> {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}`
    const answer = await this.wire(head, `"${'x'.repeat(size - 2)}"`)
    return answer === '' ? 413 : Number(answer.slice(9, 12))
  }

  /** @param change.factor false: staff that has not proved the second factor */
  async person(change: { role?: string; verified?: boolean; factor?: boolean } = {}): Promise<Person> {
    this.#people += 1
    const [email, address] = [`p${this.#people}@attack.test`, newAddress()]
    const password = `secret-of-${randomBytes(6).toString('hex')}`
    const headers = { origin: this.stack.url }
    await this.send('POST', '/api/auth/sign-up/email', { headers, address, json: { email, password, name: 'Mallory' } })
    const [row] = await this.rows<{ id: string }>(`update auth."user" set role = $2, "emailVerified" = $3 where email = $1 returning id`, [
      email,
      change.role ?? 'customer',
      change.verified ?? true,
    ])
    // Not by send(): what it answers is theirs, and meant to hold the token.
    const answer = await fetch(`${this.stack.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email, password }),
    })
    const cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const { token } = (await answer.json()) as { token: string }
    if (change.role && change.factor !== false)
      await this.rows('update auth.session set "secondFactorAt" = now() where "userId" = $1', [row?.id])
    return { id: row?.id ?? '', email, password, cookie, token, address }
  }

  /** @returns id and pay page of a checkout that is open now */
  async checkout(by: Person, change: object = {}): Promise<{ id: string; url: string }> {
    const answer = await this.send('POST', CHECKOUT, { bearer: by.token, address: by.address, json: wish(change) })
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.body as { id: string; url: string }
  }

  async pay(url: string): Promise<number> {
    const form = new URLSearchParams({ number: '4242 4242 4242 4242', exp: '12/34', cvc: '123', name: 'Mallory', email: 'm@attack.test' })
    return (await fetch(url, { method: 'POST', body: form, redirect: 'manual' })).status
  }
}

/** An address of the documentation's networks, new each time. */
let addresses = 0
export const newAddress = (): string => {
  addresses += 1
  return `198.18.${addresses >> 8}.${addresses & 255}`
}

function objectIn(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
