import { randomBytes, randomUUID } from 'node:crypto'
import { record } from '../audit/index.ts'
import type { Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { ChannelNew } from './contract.ts'
import { nameTaken, noSuchChannel, nothingToChange, notOfThisKind } from './errors.ts'
import { testNotice } from './rules/notices.ts'
import {
  type Channel,
  channelById,
  deleteChannel,
  insertChannel,
  isNameTaken,
  lockChannel,
  queueDelivery,
  updateChannel,
} from './store/channels.ts'
import { deliver } from './tell-channels.ts'

type Maker = Pick<World, 'db' | 'now' | 'channels'>
interface By {
  by: Actor
  requestId: string | null
}

/** As https://www.standardwebhooks.com wants it: 24 to 64 bytes. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** @returns the secret of a webhook, which nobody can ask for later */
export const makeChannel = (world: Maker, ask: By & { channel: ChannelNew }): Promise<{ channel: Channel; secret: string | null }> => {
  const { kind, name, alerts, digest } = ask.channel
  if (ask.channel.kind !== 'email') world.channels.checkAddress(ask.channel.url)
  const secret = kind === 'webhook' ? newSecret() : null
  const config = ask.channel.kind === 'email' ? { to: ask.channel.to } : { url: ask.channel.url, ...(secret ? { secret } : {}) }
  return world.db.tx(async (tx) => {
    const at = world.now()
    const channel = await insertChannel(tx, { kind, name, config, enabled: true, alerts, digest }, at)
    if (!channel) throw nameTaken(name)
    await say(tx, ask, { did: 'health.make_channel', channel, at })
    return { channel, secret }
  })
}

export interface ChannelChange {
  name?: string | undefined
  enabled?: boolean | undefined
  alerts?: boolean | undefined
  digest?: boolean | undefined
  url?: string | undefined
  to?: string[] | undefined
  rollSecret?: boolean | undefined
}

export const changeChannel = (
  world: Maker,
  ask: By & { id: string; change: ChannelChange },
): Promise<{ channel: Channel; secret: string | null }> => {
  const { url, to, rollSecret, ...plain } = ask.change
  if (url !== undefined) world.channels.checkAddress(url)
  return world.db.tx(async (tx) => {
    const channel = await lockChannel(tx, ask.id)
    if (!channel) throw noSuchChannel()
    if (to && channel.kind !== 'email') throw notOfThisKind(channel.kind, 'to')
    if (url && channel.kind === 'email') throw notOfThisKind(channel.kind, 'url')
    if (rollSecret && channel.kind !== 'webhook') throw notOfThisKind(channel.kind, 'roll_secret')
    const changed = Object.entries(ask.change).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    if (changed.length === 0) throw nothingToChange()
    if (plain.name && (await isNameTaken(tx, plain.name, channel.id))) throw nameTaken(plain.name)
    const secret = rollSecret ? newSecret() : null
    const config = { ...channel.config, ...(url ? { url } : {}), ...(to ? { to } : {}), ...(secret ? { secret } : {}) }
    const set = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
    const at = world.now()
    await updateChannel(tx, channel.id, { ...set, ...(url || to || secret ? { config } : {}) }, at)
    await say(tx, ask, { did: 'health.change_channel', channel, at, details: { changed } })
    return { channel: { ...channel, ...set, config }, secret }
  })
}

export const removeChannel = (world: Pick<World, 'db' | 'now'>, ask: By & { id: string; reason: string }): Promise<void> =>
  world.db.tx(async (tx) => {
    const channel = await lockChannel(tx, ask.id)
    if (!channel) throw noSuchChannel()
    await deleteChannel(tx, channel.id)
    await say(tx, ask, { did: 'health.remove_channel', channel, at: world.now(), why: ask.reason })
  })

/** Tells the channel now that this is a test, and what came of it. It is not tried again. */
export async function testChannel(
  world: Pick<World, 'db' | 'now' | 'mail' | 'channels' | 'shop' | 'log'>,
  ask: By & { id: string },
): Promise<{ sent: boolean; error: string | null }> {
  const at = world.now()
  const queued = await world.db.tx(async (tx) => {
    const channel = await channelById(tx, ask.id)
    if (!channel) throw noSuchChannel()
    const notice = testNotice(channel, ask.by.id, world.shop.publicUrl, at)
    // Ours for a minute: nobody else takes it.
    const row = { channelId: channel.id, key: `test:${randomUUID()}`, kind: 'test' as const, alertId: null, notice: { ...notice } }
    const delivery = await queueDelivery(tx, { ...row, at, nextAttemptAt: later(at, MINUTE) })
    await say(tx, ask, { did: 'health.test_channel', channel, at })
    return delivery && { channel, delivery }
  })
  if (!queued) throw noSuchChannel()
  const { sent, failure } = await deliver(world, queued.channel, queued.delivery)
  return { sent, error: failure && `${failure.say} ${failure.next}` }
}

function say(
  tx: Tx,
  { by, requestId }: By,
  deed: { did: string; channel: Channel; at: Date; why?: string; details?: Record<string, unknown> },
): Promise<void> {
  const { did, channel, at, why = null, details = {} } = deed
  return record(tx, {
    by,
    did,
    to: { type: 'alert_channel', id: channel.id },
    why,
    details: { kind: channel.kind, name: channel.name, ...details },
    requestId,
    at,
  })
}
