import type { AgendaRow } from '../agenda.ts'
import type { World } from '../world.ts'
import { type Delivery, eventAsSeen } from './delivery.ts'
import type { Poster } from './post.ts'
import { signatureOf } from './sign.ts'

/** Tries every delivery that is due: held ones newest first and one after the other, the rest side by side. */
export async function deliverDue(world: World, poster: Poster, due: AgendaRow[]): Promise<void> {
  const deliveries = due.map((row) => world.rows.deliveries.get(row.ref)).filter((delivery) => delivery?.state === 'pending') as Delivery[]
  const held = deliveries.filter((delivery) => delivery.held).reverse()
  const inTurn = async () => {
    for (const delivery of held) await tryDelivery(world, poster, delivery)
  }
  await Promise.all([inTurn(), ...deliveries.filter((delivery) => !delivery.held).map((delivery) => tryDelivery(world, poster, delivery))])
}

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
