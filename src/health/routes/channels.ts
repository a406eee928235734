import { createRoute, z } from '@hono/zod-openapi'
import { Uuid } from '../../kit/contract.ts'
import { readPlace, writePlace } from '../../kit/cursor.ts'
import { actorOf, json, jsonBody, newRouter, problems, type Router, staffOnly } from '../../kit/routes.ts'
import type { World } from '../../world.ts'
import { changeChannel, makeChannel, removeChannel, testChannel } from '../change-channel.ts'
import {
  ChannelList,
  ChannelMade,
  ChannelNew,
  ChannelPatch,
  ChannelRemove,
  ChannelTested,
  DeliveryPage,
  DeliveryQuery,
} from '../contract.ts'
import { noSuchChannel } from '../errors.ts'
import { presentChannels, presentDelivery } from '../present-alerts.ts'
import { listDeliveries } from '../store/channels.ts'

const tags = ['alerts']
const id = { params: z.object({ id: Uuid }) }
const support = { tags, middleware: [staffOnly('support')] }
const admin = { tags, middleware: [staffOnly('admin')] }
const made = json(ChannelMade, 'The channel; the secret of a webhook, once')

const list = createRoute({
  ...support,
  method: 'get',
  path: '/api/ops/alert-channels',
  summary: 'Who is told',
  responses: { 200: json(ChannelList, 'Every channel; addresses and secrets are not told'), ...problems },
})
const make = createRoute({
  ...admin,
  method: 'post',
  path: '/api/ops/alert-channels',
  summary: 'Make a channel',
  request: jsonBody(ChannelNew),
  responses: { 201: made, ...problems },
})
const patch = createRoute({
  ...admin,
  method: 'patch',
  path: '/api/ops/alert-channels/{id}',
  summary: 'Change a channel, switch it off or on, or roll its secret',
  request: { ...id, ...jsonBody(ChannelPatch) },
  responses: { 200: made, ...problems },
})
const remove = createRoute({
  ...admin,
  method: 'post',
  path: '/api/ops/alert-channels/{id}/remove',
  summary: 'Remove a channel, and what waits for it',
  request: { ...id, ...jsonBody(ChannelRemove) },
  responses: { 200: json(ChannelList, 'Those that are left'), ...problems },
})
const test = createRoute({
  ...admin,
  method: 'post',
  path: '/api/ops/alert-channels/{id}/test',
  summary: 'Tell it now that this is a test',
  request: { ...id },
  responses: { 200: json(ChannelTested, 'Whether it took it, or why not'), ...problems },
})
const deliveries = createRoute({
  ...support,
  method: 'get',
  path: '/api/ops/alert-deliveries',
  summary: 'What was told to whom, and what could not be: newest first',
  request: { query: DeliveryQuery },
  responses: { 200: json(DeliveryPage, 'One page'), ...problems },
})

export function channelRoutes(world: Pick<World, 'db' | 'now' | 'mail' | 'channels' | 'shop' | 'log'>): Router {
  const { q } = world.db
  const shown = async (channelId: string) => {
    const found = (await presentChannels(q)).find((one) => one.id === channelId)
    if (!found) throw noSuchChannel()
    return found
  }
  return newRouter()
    .openapi(list, async (c) => c.json({ channels: await presentChannels(q) }, 200))
    .openapi(make, async (c) => {
      const { channel, secret } = await makeChannel(world, { by: actorOf(c), requestId: c.var.requestId, channel: c.req.valid('json') })
      return c.json({ channel: await shown(channel.id), secret }, 201)
    })
    .openapi(patch, async (c) => {
      const { roll_secret: rollSecret, ...change } = c.req.valid('json')
      const ask = { by: actorOf(c), requestId: c.var.requestId, id: c.req.valid('param').id, change: { ...change, rollSecret } }
      const { channel, secret } = await changeChannel(world, ask)
      return c.json({ channel: await shown(channel.id), secret }, 200)
    })
    .openapi(remove, async (c) => {
      const { reason } = c.req.valid('json')
      await removeChannel(world, { by: actorOf(c), requestId: c.var.requestId, id: c.req.valid('param').id, reason })
      return c.json({ channels: await presentChannels(q) }, 200)
    })
    .openapi(test, async (c) =>
      c.json(await testChannel(world, { by: actorOf(c), requestId: c.var.requestId, id: c.req.valid('param').id }), 200),
    )
    .openapi(deliveries, async (c) => {
      const { channel = null, cursor, limit } = c.req.valid('query')
      const after = cursor === undefined ? null : readPlace(cursor)
      const found = await listDeliveries(q, { channelId: channel, after, limit: limit + 1 })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const nextCursor = found.length > limit && last ? writePlace({ at: last.queued_at, id: last.id }) : null
      return c.json({ items: page.map(presentDelivery), nextCursor }, 200)
    })
}
