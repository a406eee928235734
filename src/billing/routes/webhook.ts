import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { bodyAtMost, json, newRouter, problems, type Router } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { createDesk, takeEvent } from '../take-event.ts'

const BODY_BYTES_MAX = 1_000_000

const webhook = createRoute({
  method: 'post',
  path: '/functions/v1/stripe-webhook',
  tags: ['functions'],
  summary: 'Takes an event of Stripe into the inbox',
  middleware: [bodyAtMost(BODY_BYTES_MAX)] as const,
  responses: { 200: json(z.object({ received: z.literal(true) }), 'It is stored; handling follows'), ...problems },
})

/** @param onArrival rings the inbox's bell: the event is committed when it is called */
export const stripeWebhookRoutes = (world: Pick<World, 'db' | 'stripe' | 'now'>, options: { onArrival: () => void }): Router => {
  const router = newRouter()
  const desk = createDesk(world)
  router.openapi(webhook, async (c) => {
    // Read as text, not parsed: the signature is over these very bytes.
    const body = await c.req.text()
    if (await takeEvent(world, { body, signature: c.req.header('stripe-signature') ?? '' }, desk)) options.onArrival()
    return c.json({ received: true as const }, 200)
  })
  return router
}
