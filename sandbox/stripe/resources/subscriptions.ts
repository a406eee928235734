import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { cancelNow } from '../payments/cancel.ts'
import { changeItems, type ItemAsk, itemAsk } from '../payments/change-items.ts'
import { planRenewal, saveSubscription } from '../payments/subscribe.ts'
import { pageOf } from '../wire/page-of.ts'
import { emptyable, flag, inRange, mergeMetadata, metadata, paging, params, range, text, unused, whole } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Subscription } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

export function readSubscription(world: World, id: string, param = 'id', status = 404): Subscription {
  const found = world.rows.subscriptions.get(id)
  if (!found) throw noSuch('subscription', id, param, status)
  return found
}

const cancellationAsk = z.strictObject({ comment: text.optional(), feedback: text.optional(), ...unused('feedback_option') })
const updateAsk = params({
  cancel_at_period_end: flag.optional(),
  cancel_at: emptyable(whole).optional(),
  cancellation_details: cancellationAsk.optional(),
  default_payment_method: text.optional(),
  description: emptyable(text).optional(),
  items: z.array(itemAsk).optional(),
  metadata: metadata.optional(),
  payment_behavior: z.enum(['allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete']).optional(),
  proration_behavior: z.enum(['always_invoice', 'create_prorations', 'none']).optional(),
  proration_date: whole.optional(),
  billing_cycle_anchor: z.enum(['now', 'unchanged']).optional(),
  ...unused('off_session', 'collection_method', 'payment_settings', 'trial_end', 'pause_collection', 'discounts', 'trial_settings'),
})
type UpdateAsk = z.output<typeof updateAsk>

function withCancellation(old: Subscription, ask: z.output<typeof cancellationAsk> | undefined): Subscription['cancellation_details'] {
  const before = old.cancellation_details ?? { comment: null, feedback: null, feedback_option: null, reason: null }
  if (!ask) return before
  return { ...before, comment: ask.comment ?? before.comment, feedback: (ask.feedback ?? before.feedback) as typeof before.feedback }
}

/** What was asked about cancelling, applied; the end itself comes with the clock. */
function withEnd(world: World, old: Subscription, ask: UpdateAsk): Subscription {
  const details = withCancellation(old, ask.cancellation_details)
  if (ask.cancel_at_period_end === undefined && ask.cancel_at === undefined) return { ...old, cancellation_details: details }
  const atEnd = ask.cancel_at_period_end ?? (ask.cancel_at === undefined ? old.cancel_at_period_end : false)
  const ends = Math.max(...old.items.data.map((item) => item.current_period_end))
  const cancelAt = atEnd ? ends : ask.cancel_at || null
  const ending = cancelAt !== null
  return {
    ...old,
    cancel_at: cancelAt,
    cancel_at_period_end: atEnd,
    canceled_at: ending ? (old.canceled_at ?? nowOf(world)) : null,
    cancellation_details: details && { ...details, reason: ending ? 'cancellation_requested' : null },
  }
}

/** Only the old values of what is different now. */
const changed = (old: Subscription, now: Subscription) =>
  Object.fromEntries(Object.entries(old).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(now[key as keyof Subscription])))

function update(world: World, ask: UpdateAsk, id: string): Subscription {
  const old = readSubscription(world, id)
  if (old.status === 'canceled' && Object.keys(ask).some((key) => !['metadata', 'expand', 'cancellation_details'].includes(key)))
    throw invalid('A canceled subscription can only update its cancellation_details and metadata.')
  if (ask.default_payment_method && world.rows.paymentMethods.get(ask.default_payment_method)?.customer !== old.customer)
    throw invalid(`The customer does not have a payment method with the ID ${ask.default_payment_method}.`, 'default_payment_method')
  const plain: Subscription = {
    ...withEnd(world, old, ask),
    default_payment_method: ask.default_payment_method === undefined ? old.default_payment_method : ask.default_payment_method || null,
    description: ask.description === undefined ? old.description : ask.description || null,
    metadata: mergeMetadata(old.metadata, ask.metadata),
  }
  saveSubscription(world, plain)
  const updated = ask.items ? changeItems(world, plain, ask as UpdateAsk & { items: ItemAsk[] }) : plain
  if (updated.status !== 'canceled') planRenewal(world, updated)
  const previous = changed(old, updated)
  if (Object.keys(previous).length > 0) emit(world, 'customer.subscription.updated', updated, previous)
  return updated
}

const STATUSES = [
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const
const hasStatus = (row: Subscription, status: (typeof STATUSES)[number] | undefined) =>
  status === undefined ? row.status !== 'canceled' : status === 'all' || row.status === (status === 'ended' ? 'canceled' : status)

export const subscriptionRoutes = [
  route('GET', '/v1/subscriptions/:id', params({}), (world, _ask, id) => readSubscription(world, id)),
  route('POST', '/v1/subscriptions/:id', updateAsk, update),
  route(
    'DELETE',
    '/v1/subscriptions/:id',
    params({ cancellation_details: cancellationAsk.optional(), invoice_now: flag.optional(), prorate: flag.optional() }),
    (world, ask, id) => {
      const old = readSubscription(world, id)
      if (old.status === 'canceled') throw noSuch('subscription', id)
      return cancelNow(world, { ...old, cancellation_details: withCancellation(old, ask.cancellation_details) })
    },
  ),
  route(
    'POST',
    '/v1/subscriptions/:id/resume',
    params({ ...unused('billing_cycle_anchor', 'proration_behavior', 'proration_date', 'payment_behavior') }),
    (world, _ask, id) => {
      const old = readSubscription(world, id)
      if (old.status !== 'paused') throw invalid('You cannot resume this subscription because it is not `paused`.')
      const resumed = saveSubscription(world, { ...old, status: 'active' })
      emit(world, 'customer.subscription.resumed', resumed)
      return resumed
    },
  ),
  route(
    'GET',
    '/v1/subscriptions',
    params({
      ...paging,
      created: range.optional(),
      current_period_end: range.optional(),
      current_period_start: range.optional(),
      customer: text.optional(),
      price: text.optional(),
      status: z.enum(STATUSES).optional(),
      ...unused('automatic_tax', 'collection_method', 'plan', 'test_clock', 'customer_account'),
    }),
    (world, ask) => {
      const rows = world.rows.subscriptions
        .values()
        .filter((row) => hasStatus(row, ask.status))
        .filter((row) => ask.customer === undefined || row.customer === ask.customer)
        .filter((row) => ask.price === undefined || row.items.data.some((item) => item.price.id === ask.price))
        .filter((row) => inRange(row.created, ask.created))
        .filter((row) => inRange(row.items.data[0]!.current_period_end, ask.current_period_end))
        .filter((row) => inRange(row.items.data[0]!.current_period_start, ask.current_period_start))
      return pageOf(rows, ask, '/v1/subscriptions')
    },
  ),
]
