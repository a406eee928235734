import { createRoute } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { PanelUserAnswer, PanelUserAsk } from '../accounts/contract.ts'
import { type AppEnv, actorOf, json, jsonBody, newRouter, personOf, problems, type Router, serviceOnly } from '../kit/routes.ts'
import { alsoBusyWith } from '../kit/working.ts'
import { CheckoutAnswer, CheckoutAsk } from '../orders/contract.ts'
import { CHECKOUT_LIMITS, openCheckout } from '../orders/index.ts'
import type { World } from '../world.ts'
import { ProvisionAnswer, ProvisionAsk } from './contract.ts'
import { makePanelAccount } from './make-panel-account.ts'
import { type ProvisionWait, provisionServer } from './provision-server.ts'

const tags = ['functions']
// Who asks is looked at before what is asked: a stranger learns nothing from a refused body.
const signedIn: MiddlewareHandler<AppEnv> = async (c, next) => {
  actorOf(c)
  await next()
}
const customerOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  personOf(c)
  await next()
}

const provision = createRoute({
  method: 'post',
  path: '/functions/v1/servers-provision',
  tags,
  summary: 'Try an order again and wait for its server (service role)',
  middleware: [serviceOnly],
  request: jsonBody(ProvisionAsk),
  responses: { 200: json(ProvisionAnswer, 'The server exists'), 202: json(ProvisionAnswer, 'Still being worked on'), ...problems },
})
const panelUser = createRoute({
  method: 'post',
  path: '/functions/v1/create-pterodactyl-user',
  tags,
  summary: 'The customer’s account on the panel (service role, or that customer)',
  middleware: [signedIn],
  request: jsonBody(PanelUserAsk),
  responses: { 200: json(PanelUserAnswer, 'The account; its password once, when newly made or reset'), ...problems },
})
const checkout = createRoute({
  method: 'post',
  path: '/functions/v1/create-checkout-session',
  tags,
  summary: 'Hold a place and open a pay page (that customer)',
  middleware: [customerOnly],
  request: jsonBody(CheckoutAsk),
  responses: { 200: json(CheckoutAnswer, 'The id of the order to be, and where to pay'), ...problems },
})

/** supabase-js calls us from any page with a bearer token and no cookie, so any origin may ask. */
const fromAnywhere = cors({
  origin: '*',
  allowMethods: ['POST', 'OPTIONS'],
  allowHeaders: ['authorization', 'apikey', 'x-client-info', 'content-type'],
  exposeHeaders: ['x-request-id', 'retry-after'],
  maxAge: 86_400,
})

export interface FunctionOptions {
  checkoutsPerAddress?: number
  wait?: ProvisionWait
}

/** The runbook's functions, by the names that it calls them. */
export function functionRoutes(world: Pick<World, 'db' | 'panel' | 'stripe' | 'now' | 'shop'>, options: FunctionOptions = {}): Router {
  const limits = { ...CHECKOUT_LIMITS, openPerAddress: options.checkoutsPerAddress ?? CHECKOUT_LIMITS.openPerAddress }
  const router = newRouter()
  router.use('/functions/v1/*', fromAnywhere)
  return router
    .openapi(provision, async (c) => {
      alsoBusyWith({ orderId: c.req.valid('json').order_id })
      const ask = {
        by: actorOf(c),
        orderId: c.req.valid('json').order_id,
        requestId: c.var.requestId,
        signal: c.req.raw.signal,
      }
      const { done, answer } = await provisionServer(world, ask, options.wait)
      return done ? c.json(answer, 200) : c.json(answer, 202)
    })
    .openapi(panelUser, async (c) => {
      const { userId, reset_password: resetPassword = false } = c.req.valid('json')
      alsoBusyWith({ userId })
      c.header('cache-control', 'no-store')
      return c.json(
        await makePanelAccount(world, { by: actorOf(c), verified: c.var.verified, userId, resetPassword, signal: c.req.raw.signal }),
        200,
      )
    })
    .openapi(checkout, async (c) => {
      const by = personOf(c)
      const ask = c.req.valid('json')
      return c.json(
        await openCheckout(world, { by, verified: c.var.verified, ask, clientIp: c.var.clientIp, limits, signal: c.req.raw.signal }),
        200,
      )
    })
}
