import { record } from '../../audit/index.ts'
import { addEndpoint, endpointsToSettle, HANDLED_TYPES, type NewEndpoint, settleEndpoint } from '../../billing/index.ts'
import type { Actor } from '../../kit/actor.ts'
import type { SetupEndpoint, StripeSetup } from '../../outside/stripe/setup.ts'
import type { World } from '../../world.ts'
import { webhookUrl } from './checks/webhooks.ts'

type Needs = Pick<World, 'db' | 'now' | 'shop'> & { setup: StripeSetup }

export interface FixAsk {
  by: Actor
  reason: string
  dryRun: boolean
  requestId?: string | null
}
/** `made`: the secret is told this once, and kept nowhere. */
export type Fixed =
  | { step: 'made'; endpointId: string; secret: string; replaces: string[] }
  | { step: 'waiting'; endpointId: string; madeAt: string }
  | { step: 'settled'; endpointId: string; disabled: string[] }
  | { step: 'would_make'; replaces: string[] }
  | { step: 'would_settle'; endpointId: string; disabled: string[] }

/**
 * A new endpoint in place of the old, in two steps of the same command. First it is made, with our events and a secret of its own;
 * the old one goes on. Then, once an event under the new secret was verified, the old one is switched off. Asked again in
 * between, it says what is waited for.
 */
export async function fixWebhookEndpoint(world: Needs, ask: FixAsk): Promise<Fixed> {
  const url = webhookUrl(world.shop.publicUrl)
  const atStripe = (await world.setup.endpoints()).filter((endpoint) => endpoint.url === url && endpoint.enabled)
  const [pending, ...older] = await endpointsToSettle(world.db.q)
  // One that somebody removed again at Stripe is not waited for.
  if (!pending || !atStripe.some(({ id }) => id === pending.endpointId)) return make(world, ask, { url, atStripe })
  if (!pending.verifiedAt) return { step: 'waiting', endpointId: pending.endpointId, madeAt: pending.madeAt.toISOString() }
  return settle(world, ask, { pending, older, atStripe })
}

async function make(world: Needs, ask: FixAsk, { url, atStripe }: { url: string; atStripe: SetupEndpoint[] }): Promise<Fixed> {
  const replaces = atStripe.map(({ id }) => id)
  if (ask.dryRun) return { step: 'would_make', replaces }
  const at = world.now()
  // The same until the row below is written: broken off in between, the next try gets the same endpoint and secret from Stripe.
  const key = `${world.shop.app}:webhook-endpoint:${replaces.join('+') || 'first'}:${at.toISOString().slice(0, 10)}`
  const description = `${world.shop.app}, made by the doctor`
  const { id, secret, fingerprint } = await world.setup.createEndpoint({
    url,
    events: [...HANDLED_TYPES],
    description,
    key: key.slice(0, 255),
  })
  await world.db.tx(async (tx) => {
    await addEndpoint(tx, { fingerprint, endpointId: id, replaces, madeAt: at })
    await told(tx, ask, { did: 'operations.webhook_endpoint_made', endpointId: id, details: { url, replaces }, at })
  })
  return { step: 'made', endpointId: id, secret, replaces }
}

async function settle(
  world: Needs,
  ask: FixAsk,
  { pending, older, atStripe }: { pending: NewEndpoint; older: NewEndpoint[]; atStripe: SetupEndpoint[] },
): Promise<Fixed> {
  const { endpointId } = pending
  const disabled = atStripe.map(({ id }) => id).filter((id) => id !== endpointId)
  if (ask.dryRun) return { step: 'would_settle', endpointId, disabled }
  // Switching off twice does no harm: whoever is stopped half-way asks again.
  for (const id of disabled) await world.setup.disableEndpoint(id)
  const at = world.now()
  await world.db.tx(async (tx) => {
    for (const { fingerprint } of [pending, ...older]) await settleEndpoint(tx, fingerprint, at)
    await told(tx, ask, { did: 'operations.webhook_endpoint_settled', endpointId, details: { disabled }, at })
  })
  return { step: 'settled', endpointId, disabled }
}

const told = (
  tx: Parameters<typeof record>[0],
  ask: FixAsk,
  deed: { did: string; endpointId: string; details: Record<string, unknown>; at: Date },
) =>
  record(tx, {
    by: ask.by,
    did: deed.did,
    to: { type: 'webhook_endpoint', id: deed.endpointId },
    why: ask.reason,
    details: deed.details,
    requestId: ask.requestId ?? null,
    at: deed.at,
  })
