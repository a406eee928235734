import type { AgendaRow } from '../agenda.ts'
import type { World } from '../world.ts'
import { type Delivery, eventAsSeen } from './delivery.ts'
import type { Poster } from './post.ts'
import { signatureOf } from './sign.ts'

const pending = (world: World, due: AgendaRow[]) =>
  due.map((row) => world.rows.deliveries.get(row.ref)).filter((delivery) => delivery?.state === 'pending') as Delivery[]

export async function deliverDue(world: World, poster: Poster, due: AgendaRow[]): Promise<void> {
  for (const delivery of pending(world, due)) await tryDelivery(world, poster, delivery)
}

/** What was held back goes newest first, one after the other, so that it arrives in that order. */
export const deliverHeld = (world: World, poster: Poster, due: AgendaRow[]) => deliverDue(world, poster, due.toReversed())

async function tryDelivery(world: World, poster: Poster, delivery: Delivery): Promise<void> {
  const event = world.rows.events.get(delivery.event)
  const endpoint = world.rows.endpoints.get(delivery.endpoint)
  if (!event || !endpoint) {
    world.rows.deliveries.set(delivery.id, { ...delivery, state: 'failed' })
    return
  }
  const payload = JSON.stringify(eventAsSeen(world, event), null, 2)
  const headers = {
    'Stripe-Signature': signatureOf(world, endpoint.id, payload),
    'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  }
  const atMs = world.clock.now().getTime()
  const startedMs = performance.now()
  const posts = await Promise.all(Array.from({ length: delivery.copies }, () => poster.post(endpoint.url, payload, headers)))
  const tookMs = Math.round(performance.now() - startedMs)
  const delivered = posts.some(({ status }) => status !== null && status >= 200 && status < 300)
  const attempts = [...delivery.attempts, ...posts.map((post) => ({ atMs, tookMs, ...post }))]
  const tries = Math.ceil(attempts.length / delivery.copies)
  const waitMs = world.settings.retryScheduleMs[tries - 1]
  const state = delivered ? 'delivered' : waitMs === undefined ? 'failed' : 'pending'
  world.rows.deliveries.set(delivery.id, { ...delivery, attempts, state })
  if (state === 'pending' && waitMs !== undefined) world.agenda.plan('delivery', delivery.id, world.clock.now().getTime() + waitMs)
}
