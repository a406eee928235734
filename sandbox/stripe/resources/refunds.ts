import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { inRange, mergeMetadata, metadata, paging, params, range, text, unused, whole } from '../wire/params.ts'
import { invalid, missingParam, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Charge, Refund } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { readCharge, readIntent } from './money.ts'

function readRefund(world: World, id: string): Refund {
  const found = world.rows.refunds.get(id)
  if (!found) throw noSuch('refund', id)
  return found
}

const createAsk = params({
  amount: whole.optional(),
  charge: text.optional(),
  payment_intent: text.optional(),
  metadata: metadata.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  ...unused('instructions_email', 'refund_application_fee', 'reverse_transfer'),
})

function chargeAsked(world: World, ask: z.output<typeof createAsk>): Charge {
  if (ask.charge) return readCharge(world, ask.charge, 'charge')
  if (!ask.payment_intent) throw missingParam('payment_intent')
  const intent = readIntent(world, ask.payment_intent, 'payment_intent')
  const charge = world.rows.charges.get(intent.latest_charge ?? '')
  if (!charge?.paid) throw invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, 'payment_intent')
  return charge
}

const money = (amount: number) => `${(amount / 100).toFixed(2)}`
const SETTLES_MS = 60_000

function create(world: World, ask: z.output<typeof createAsk>): Refund {
  const charge = chargeAsked(world, ask)
  if (!charge.paid) throw invalid(`Charge ${charge.id} has not been paid.`, 'charge')
  if (charge.refunded) throw invalid(`Charge ${charge.id} has already been refunded.`, undefined, 'charge_already_refunded')
  const openDispute = world.rows.disputes.values().some((row) => row.charge === charge.id && row.status !== 'won')
  if (openDispute) throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, undefined, 'charge_disputed')
  const left = charge.amount - charge.amount_refunded
  const amount = ask.amount ?? left
  if (amount < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer')
  if (amount > left)
    throw invalid(
      `Refund amount (${money(amount)}) is greater than unrefunded amount on charge (${money(left)})`,
      'amount',
      'amount_too_large',
    )
  const behaviour = world.rows.methodSecrets.get(charge.payment_method ?? '')?.behaviour
  const refund: Refund = {
    id: newId('re_3'),
    object: 'refund',
    amount,
    balance_transaction: newId('txn_3'),
    charge: charge.id,
    created: nowOf(world),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: mergeMetadata({}, ask.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(behaviour === 'refund_pends' ? { pending_reason: 'processing' as const } : {}),
    reason: ask.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: behaviour === 'refund_pends' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  }
  world.rows.refunds.set(refund.id, refund)
  const refunded = charge.amount_refunded + amount
  const after = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount }
  world.rows.charges.set(charge.id, after)
  emit(world, 'refund.created', refund)
  emit(world, 'charge.refunded', after, { amount_refunded: charge.amount_refunded, refunded: charge.refunded })
  if (behaviour === 'refund_fails' || behaviour === 'refund_pends')
    world.agenda.plan('refund.settle', refund.id, world.clock.now().getTime() + SETTLES_MS)
  else emit(world, 'refund.updated', refund, {})
  return refund
}

/** The bank's later word on a refund made with one of the two cards that ask for it. */
export function settleRefund(world: World, id: string): void {
  const refund = readRefund(world, id)
  const charge = world.rows.charges.get(refund.charge ?? '')
  const fails = world.rows.methodSecrets.get(refund.payment_method ?? '')?.behaviour === 'refund_fails'
  const { pending_reason: _, ...rest } = refund
  const settled: Refund = fails
    ? { ...rest, status: 'failed', failure_reason: 'expired_or_canceled_card', failure_balance_transaction: newId('txn_3') }
    : { ...rest, status: 'succeeded' }
  world.rows.refunds.set(id, settled)
  if (fails && charge)
    world.rows.charges.set(charge.id, { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false })
  emit(world, 'refund.updated', settled, { status: refund.status })
  if (fails) emit(world, 'refund.failed', settled)
}

export const refundRoutes = [
  route('POST', '/v1/refunds', createAsk, create),
  route('GET', '/v1/refunds/:id', params({}), (world, _ask, id) => readRefund(world, id)),
  route('POST', '/v1/refunds/:id', params({ metadata: metadata.optional() }), (world, ask, id) => {
    const old = readRefund(world, id)
    const refund = { ...old, metadata: mergeMetadata(old.metadata ?? {}, ask.metadata) }
    world.rows.refunds.set(id, refund)
    emit(world, 'refund.updated', refund, { metadata: old.metadata })
    return refund
  }),
  route(
    'GET',
    '/v1/refunds',
    params({ ...paging, charge: text.optional(), created: range.optional(), payment_intent: text.optional() }),
    (world, ask) => {
      const rows = world.rows.refunds
        .values()
        .filter((row) => ask.charge === undefined || row.charge === ask.charge)
        .filter((row) => ask.payment_intent === undefined || row.payment_intent === ask.payment_intent)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/refunds')
    },
  ),
]
