import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { closeDispute } from '../payments/disputes.ts'
import { pageOf } from '../wire/page-of.ts'
import { flag, inRange, mergeMetadata, metadata, paging, params, range, text, unused } from '../wire/params.ts'
import { invalid, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Balance, Charge, Dispute, PaymentIntent } from '../wire/shapes.ts'
import type { World } from '../world.ts'

/** What payments leave behind: to be read, and listed by what they belong to. */
export function readIntent(world: World, id: string, param = 'intent', status = 404): PaymentIntent {
  const found = world.rows.paymentIntents.get(id)
  if (!found) throw noSuch('payment_intent', id, param, status)
  return found
}

export function readCharge(world: World, id: string, param = 'id', status = 404): Charge {
  const found = world.rows.charges.get(id)
  if (!found) throw noSuch('charge', id, param, status)
  return found
}

function readDispute(world: World, id: string): Dispute {
  const found = world.rows.disputes.get(id)
  if (!found) throw noSuch('dispute', id)
  return found
}

const invoicePaymentListAsk = params({
  ...paging,
  created: range.optional(),
  invoice: text.optional(),
  payment: z
    .strictObject({ type: z.enum(['payment_intent', 'payment_record']), payment_intent: text.optional(), payment_record: text.optional() })
    .optional(),
  status: z.enum(['canceled', 'open', 'paid']).optional(),
})

function balance(world: World): Balance {
  const sums = new Map<string, number>([['usd', 0]])
  for (const charge of world.rows.charges.values())
    if (charge.paid) sums.set(charge.currency, (sums.get(charge.currency) ?? 0) + charge.amount - charge.amount_refunded)
  const rows = [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }))
  return {
    object: 'balance',
    available: rows,
    livemode: false,
    pending: rows.map((row) => ({ ...row, amount: 0, source_types: { card: 0 } })),
  }
}

export const moneyRoutes = [
  route('GET', '/v1/balance', params({}), balance),
  route('GET', '/v1/payment_intents/:id', params({ ...unused('client_secret') }), (world, _ask, id) => readIntent(world, id)),
  route('GET', '/v1/payment_intents', params({ ...paging, created: range.optional(), customer: text.optional() }), (world, ask) => {
    const rows = world.rows.paymentIntents
      .values()
      .filter((row) => ask.customer === undefined || row.customer === ask.customer)
      .filter((row) => inRange(row.created, ask.created))
    return pageOf(rows, ask, '/v1/payment_intents')
  }),
  route('GET', '/v1/payment_methods/:id', params({}), (world, _ask, id) => {
    const found = world.rows.paymentMethods.get(id)
    if (!found) throw noSuch('PaymentMethod', id)
    return found
  }),
  route('GET', '/v1/charges/:id', params({}), (world, _ask, id) => readCharge(world, id)),
  route(
    'GET',
    '/v1/charges',
    params({ ...paging, created: range.optional(), customer: text.optional(), payment_intent: text.optional() }),
    (world, ask) => {
      const rows = world.rows.charges
        .values()
        .filter((row) => ask.customer === undefined || row.customer === ask.customer)
        .filter((row) => ask.payment_intent === undefined || row.payment_intent === ask.payment_intent)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/charges')
    },
  ),
  route('GET', '/v1/invoice_payments/:id', params({}), (world, _ask, id) => {
    const found = world.rows.invoicePayments.get(id)
    if (!found) throw noSuch('invoice_payment', id)
    return found
  }),
  route('GET', '/v1/invoice_payments', invoicePaymentListAsk, (world, ask) => {
    const rows = world.rows.invoicePayments
      .values()
      .filter((row) => ask.invoice === undefined || row.invoice === ask.invoice)
      .filter((row) => ask.payment?.payment_intent === undefined || row.payment.payment_intent === ask.payment.payment_intent)
      .filter((row) => ask.status === undefined || row.status === ask.status)
      .filter((row) => inRange(row.created, ask.created))
    return pageOf(rows, ask, '/v1/invoice_payments')
  }),
  route('GET', '/v1/disputes/:id', params({}), (world, _ask, id) => readDispute(world, id)),
  route(
    'POST',
    '/v1/disputes/:id',
    params({ metadata: metadata.optional(), evidence: z.record(z.string(), text).optional(), submit: flag.optional() }),
    (world, ask, id) => {
      const old = readDispute(world, id)
      if (old.status !== 'needs_response') throw invalid('This dispute is already closed or under review.')
      const sent = ask.evidence !== undefined && ask.submit !== false
      const dispute: Dispute = {
        ...old,
        metadata: mergeMetadata(old.metadata, ask.metadata),
        evidence: { ...old.evidence, ...ask.evidence } as Dispute['evidence'],
        evidence_details: {
          ...old.evidence_details,
          has_evidence: old.evidence_details.has_evidence || ask.evidence !== undefined,
          submission_count: old.evidence_details.submission_count + (sent ? 1 : 0),
          submission_method: sent ? 'manual' : old.evidence_details.submission_method,
        },
        status: sent ? 'under_review' : old.status,
      }
      world.rows.disputes.set(id, dispute)
      emit(world, 'charge.dispute.updated', dispute, { status: old.status })
      return dispute
    },
  ),
  route('POST', '/v1/disputes/:id/close', params({}), (world, _ask, id) => {
    readDispute(world, id)
    const closed = closeDispute(world, id, 'lost')
    if (!closed) throw invalid('This dispute is already closed.')
    return closed
  }),
  route(
    'GET',
    '/v1/disputes',
    params({ ...paging, charge: text.optional(), created: range.optional(), payment_intent: text.optional() }),
    (world, ask) => {
      const rows = world.rows.disputes
        .values()
        .filter((row) => ask.charge === undefined || row.charge === ask.charge)
        .filter((row) => ask.payment_intent === undefined || row.payment_intent === ask.payment_intent)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/disputes')
    },
  ),
]
