import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { Failure } from '../../../kit/failure.ts'
import { OrderView } from '../../../orders/contract.ts'

/** Nobody waits longer for a page. */
const PATIENCE_MS = 40_000
const patience = () => AbortSignal.timeout(PATIENCE_MS)

const Inbox = z.object({ messages: z.array(z.looseObject({ text: z.string() })) })

/** Where the shop and its sandbox are. */
export interface Places {
  shopUrl: string
  controlUrl: string
}
export interface Bought {
  id: string
  status: string | null
  /** From payment to ready, as the shop measures it. */
  seconds: number | null
  customer: string
  server: OrderView['server']
}

/** One new customer, who knows nothing but the shop's public HTTP surface, the mails and Stripe's pay page. */
export class Shopper {
  readonly email: string
  readonly #places: Places
  readonly #headers: Record<string, string>
  #cookie = ''

  /** @param headers what a proxy on the way would add, such as the address they come from */
  constructor(places: Places, email: string, headers: Record<string, string> = {}) {
    this.#places = places
    this.email = email
    this.#headers = headers
  }

  async signUp(): Promise<void> {
    await this.#ask('POST', '/api/auth/sign-up/email', { email: this.email, password: `demo-${this.email}`, name: 'Demo Customer' })
  }

  /** Follows the link of the verification mail. */
  async verify(): Promise<void> {
    const link = await until(30_000, 'the verification mail', async () => {
      const answer = await fetch(`${this.#places.controlUrl}/mail/messages.json?to=${encodeURIComponent(this.email)}`)
      const { messages } = Inbox.parse(await answer.json())
      return /https?:\/\/\S+verify-email\S+/.exec(messages.map((message) => message.text).join('\n'))?.[0] ?? null
    })
    const answer = await fetch(link, { redirect: 'manual', headers: { ...this.#headers, cookie: this.#cookie }, signal: patience() })
    this.#keepCookies(answer)
    if (answer.status >= 400 || /error=/.test(answer.headers.get('location') ?? ''))
      throw refused('verifying the e-mail', answer.status, await answer.text())
    if (!this.#cookie) await this.#ask('POST', '/api/auth/sign-in/email', { email: this.email, password: `demo-${this.email}` })
  }

  /** @returns order id and address of the pay page */
  async checkOut(plan: string, region: string): Promise<{ id: string; url: string }> {
    const body = {
      plan_id: plan,
      region,
      term: 'monthly',
      server_name: `Demo of ${this.email.split('@')[0]}`,
      accept_terms: true,
      accept_eula: true,
    }
    return (await this.#ask('POST', '/functions/v1/create-checkout-session', body)) as { id: string; url: string }
  }

  /** Fills in the hosted pay page's form. */
  async pay(url: string, card = '4242 4242 4242 4242'): Promise<void> {
    const form = new URLSearchParams({ number: card, exp: '12/34', cvc: '123', name: 'Demo Customer' })
    const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual', signal: patience() })
    if (answer.status !== 303 && answer.status !== 302) throw refused('paying', answer.status, await answer.text())
  }

  async order(id: string): Promise<OrderView> {
    return OrderView.parse(await this.#ask('GET', `/api/orders/${id}`))
  }

  /** Waits until the order is delivered or needs a person. */
  async waitFor(id: string, timeoutMs: number): Promise<Bought> {
    const done = new Set(['provisioned', 'active', 'error', 'canceled'])
    let view = await this.order(id)
    const end = Date.now() + timeoutMs
    while (!done.has(view.status ?? '') && Date.now() < end) {
      await wait(1_000)
      // The shop may be down for a moment; the order is not.
      view = await this.order(id).catch((error: unknown) => {
        if (error instanceof Failure) throw error
        return view
      })
    }
    return {
      id,
      status: view.status ?? view.checkoutState,
      seconds: view.readyAt ? view.elapsedSeconds : null,
      customer: this.email,
      server: view.server,
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { shopUrl } = this.#places
    const headers: Record<string, string> = { ...this.#headers, cookie: this.#cookie, origin: shopUrl, accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const sent = { method, headers, signal: patience(), ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const answer = await fetch(`${shopUrl}${path}`, sent)
    this.#keepCookies(answer)
    if (!answer.ok) throw refused(`${method} ${path}`, answer.status, await answer.text())
    return answer.json()
  }

  #keepCookies(answer: Response): void {
    const fresh = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    if (fresh.length > 0) this.#cookie = fresh.join('; ')
  }
}

const refused = (what: string, status: number, body: string): Failure =>
  new Failure({
    code: 'demo.refused',
    kind: 'conflict',
    say: `${what} was answered ${status}: ${body.slice(0, 500)}`,
    next: 'See `sandbox status` for faults that are on, and the product’s log.',
  })

async function until<T>(timeoutMs: number, what: string, look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > end)
      throw new Failure({
        code: 'demo.waited_in_vain',
        kind: 'unavailable',
        say: `Waited ${timeoutMs / 1000} s in vain for ${what}.`,
        next: 'See the product’s log.',
      })
    await wait(200)
  }
}
