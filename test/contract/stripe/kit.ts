import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { createFaults, type Faults } from '../../../sandbox/faults.ts'
import { type Clock, createClock } from '../../../sandbox/kit/clock.ts'
import { openJournal } from '../../../sandbox/kit/journal.ts'
import { type SandboxStripe, type StripeOptions, startStripe } from '../../../sandbox/stripe/start.ts'

export const SECRET = 'whsec_sandbox_secret'

/** An endpoint of ours that keeps what it is sent and answers as it is told. */
export interface Hook {
  url: string
  got: { body: string; headers: IncomingHttpHeaders; event: Stripe.Event }[]
  types(): string[]
  /** The status of the next answers. */
  answer(status: number): void
  close(): Promise<void>
}

export async function openHook(): Promise<Hook> {
  const got: Hook['got'] = []
  let status = 200
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      got.push({ body, headers: request.headers, event: JSON.parse(body) as Stripe.Event })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    got,
    types: () => got.map(({ event }) => event.type),
    answer(next) {
      status = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export interface Exchange {
  method: string
  path: string
  status: number
  headers: Record<string, string>
  body: unknown
}
export interface TestSandbox {
  clock: Clock
  faults: Faults
  sandbox: SandboxStripe
  hook: Hook
  stripe: Stripe
  /** Everything answered to `stripe`, as it was on the wire. */
  seen: Exchange[]
  /** Moves the clock and waits until everything that fell due on the way is done. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

type Options = Partial<Omit<StripeOptions, 'clock' | 'faults'>> & { file?: string | null; config?: Stripe.StripeConfig; hook?: Hook }

export async function openSandbox({ file = null, config, hook: given, ...options }: Options = {}): Promise<TestSandbox> {
  const clock = createClock()
  const journal = options.journal ?? openJournal(file)
  const faults = createFaults(journal)
  const hook = given ?? (await openHook())
  const sandbox = await startStripe({ clock, faults, webhookUrl: hook.url, webhookSecret: SECRET, ...options, journal })
  const seen: Exchange[] = []
  const watched = async (...ask: Parameters<typeof fetch>) => {
    const answer = await fetch(...ask)
    seen.push({
      method: ask[1]?.method ?? 'GET',
      path: new URL(String(ask[0])).pathname,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.clone().json(),
    })
    return answer
  }
  const stripe = new Stripe(sandbox.secretKey, {
    host: sandbox.host,
    port: sandbox.port,
    protocol: 'http',
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(watched),
    ...config,
  })
  return {
    clock,
    faults,
    sandbox,
    hook,
    stripe,
    seen,
    async pass(ms) {
      await clock.advance(ms)
      await sandbox.settle()
    },
    async close() {
      await sandbox.close()
      clock.close()
      if (!given) await hook.close()
    },
  }
}

/** The error of a refused call. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const outcome = await call.then(
    () => null,
    (error: unknown) => error,
  )
  if (outcome instanceof Stripe.errors.StripeError) return outcome
  throw outcome ?? new Error('The call was expected to be refused and was not.')
}

export async function openProduct(
  stripe: Stripe,
  amount = 1200,
  recurring: Stripe.PriceCreateParams.Recurring | null = { interval: 'month' },
) {
  const product = await stripe.products.create({ name: 'Minecraft 4 GB', metadata: { plan: 'mc-4' } })
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: amount,
    ...(recurring ? { recurring } : {}),
  })
  return { product, price }
}

/** A checkout for one subscription, as the product asks for it. */
export async function openCheckout(stripe: Stripe, more: Stripe.Checkout.SessionCreateParams = {}, price?: string) {
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price ?? (await openProduct(stripe)).price.id, quantity: 1 }],
    success_url: 'http://shop.test/done?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://shop.test/cart',
    client_reference_id: 'order-1',
    metadata: { order: 'order-1' },
    ...(more.mode === 'payment' ? {} : { subscription_data: { metadata: { order: 'order-1', app: 'shop' } } }),
    ...more,
  })
}
