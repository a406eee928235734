import { asFailure, type Failure } from '../kit/failure.ts'
import { backOffMs, later, MINUTE, SECOND } from '../kit/time.ts'
import { letter } from '../messages/index.ts'
import type { Notice } from '../outside/channels/types.ts'
import type { World } from '../world.ts'
import { asNotice, type StoredNotice } from './rules/notices.ts'
import { type Channel, channelById, channelsDue, claimDelivery, type Delivery, markFailed, markSent } from './store/channels.ts'

type Teller = Pick<World, 'db' | 'now' | 'mail' | 'channels' | 'shop' | 'log'>

/** Tries with this back-off are a day and a half: a channel that is mended by then is told everything. */
const TRIES_MAX = 150
const RETRY_MS_MAX = 15 * MINUTE
/** Longer than the slowest call takes until it is given up. */
const LEASE_MS = MINUTE

export interface ChannelTeller {
  /** Begins to tell what is due, each channel in a line of its own: one that hangs holds up no other. Resolves at once. */
  go(): Promise<void>
  /** Resolves when nothing is being told any more. */
  settled(): Promise<void>
}

export function createTeller(world: Teller): ChannelTeller {
  const busy = new Map<string, Promise<void>>()
  return {
    async go() {
      for (const id of await channelsDue(world.db.q, world.now())) {
        if (busy.has(id)) continue
        const line = tellChannel(world, id)
          .catch((error) => world.log.error({ err: error, channel: id }, 'telling a channel failed'))
          .finally(() => busy.delete(id))
        busy.set(id, line)
      }
    },
    async settled() {
      await Promise.all(busy.values())
    },
  }
}

/** Tells one channel what is due for it, oldest first, until it refuses or nothing is left. */
async function tellChannel(world: Teller, channelId: string): Promise<void> {
  for (;;) {
    const at = world.now()
    const delivery = await claimDelivery(world.db.q, { channelId, at, until: later(at, LEASE_MS) })
    if (!delivery) return
    const channel = await channelById(world.db.q, channelId)
    if (!channel || !(await deliver(world, channel, delivery)).sent) return
  }
}

/** One try. What comes of it is saved. */
export async function deliver(world: Teller, channel: Channel, delivery: Delivery): Promise<{ sent: boolean; failure: Failure | null }> {
  const notice = asNotice(delivery.notice as unknown as StoredNotice, delivery.id)
  try {
    if (channel.kind === 'email') await mailTo(world, channel, notice)
    else await world.channels.tell(targetOf(channel), notice)
  } catch (thrown) {
    const failure = asFailure(thrown)
    const at = world.now()
    const error = String(failure.facts['error'] ?? failure.say)
    world.log.warn(
      { channel: channel.id, kind: channel.kind, delivery: delivery.id, tries: delivery.attempts, code: failure.code, error },
      'a channel was not told',
    )
    const over = delivery.kind === 'test' || delivery.attempts >= TRIES_MAX
    const waitMs = failure.retryAfterMs ?? backOffMs(delivery.attempts + 1, RETRY_MS_MAX)
    await markFailed(world.db.q, delivery, { at, error, nextAttemptAt: over ? null : later(at, Math.max(SECOND, waitMs)) })
    return { sent: false, failure }
  }
  await markSent(world.db.q, delivery, world.now())
  return { sent: true, failure: null }
}

function targetOf({ kind, config: { url = '', secret = '' } }: Channel) {
  if (kind === 'discord' || kind === 'slack') return { kind, url }
  return { kind: 'webhook' as const, url, secret }
}

async function mailTo({ mail, shop }: Teller, channel: Channel, notice: Notice): Promise<void> {
  const { title, lines, facts, link } = notice
  const { subject, text, html } = letter(
    { subject: title, lines, facts, button: { label: 'Open in the console', url: link }, small: `Sent by the channel “${channel.name}”.` },
    shop.supportUrl,
  )
  const messageId = `<${notice.id}@${new URL(shop.publicUrl).hostname}>`
  await mail.send({ to: (channel.config.to ?? []).join(', '), subject, text, html, messageId })
}
