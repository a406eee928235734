import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { changeInvoice, itemAsk, previewChange } from '../payments/change-items.ts'
import { collect, settleInvoice } from '../payments/collect.ts'
import { finalize, saveInvoice } from '../payments/invoices.ts'
import { cycleInvoice, inNextPeriod } from '../payments/renew.ts'
import { pageOf } from '../wire/page-of.ts'
import { flag, inRange, mergeMetadata, metadata, paging, params, range, text, unused, whole } from '../wire/params.ts'
import { cardRefused, invalid, missingParam, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { Invoice } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { readSubscription } from './subscriptions.ts'

export function readInvoice(world: World, id: string): Invoice {
  const found = world.rows.invoices.get(id)
  if (!found) throw noSuch('invoice', id)
  return found
}

const previewAsk = params({
  customer: text.optional(),
  subscription: text.optional(),
  subscription_details: z
    .strictObject({
      items: z.array(itemAsk).optional(),
      proration_behavior: z.enum(['always_invoice', 'create_prorations', 'none']).optional(),
      proration_date: whole.optional(),
      billing_cycle_anchor: z.enum(['now', 'unchanged']).optional(),
      ...unused('billing_mode', 'cancel_at', 'cancel_at_period_end', 'cancel_now', 'metadata', 'trial_end', 'start_date'),
    })
    .optional(),
  preview_mode: z.enum(['next', 'recurring']).optional(),
  ...unused('automatic_tax', 'currency', 'customer_details', 'discounts', 'issuer'),
})

/** What the next invoice would be, now or after a change of items. Nothing is kept. */
function preview(world: World, ask: z.output<typeof previewAsk>): Invoice {
  if (!ask.subscription)
    throw ask.customer ? invalid('The sandbox previews existing subscriptions only.', 'subscription') : missingParam('subscription')
  const subscription = readSubscription(world, ask.subscription, 'subscription')
  const { items, ...how } = ask.subscription_details ?? {}
  const change = items ? previewChange(world, subscription, { ...how, items }) : { next: subscription, lines: [] }
  const immediate = how.proration_behavior === 'always_invoice'
  const waiting = world.rows.pendingLines.get(subscription.id)?.lines ?? []
  const invoice = immediate ? changeInvoice(world, change.next, change.lines) : cycleInvoice(world, inNextPeriod(change.next), 'upcoming')
  if (!invoice) throw noSuch('customer', subscription.customer, 'customer')
  if (immediate || change.lines.length === 0) return { ...invoice, id: `upcoming_${invoice.id}` }
  const extra = change.lines.reduce((sum, line) => sum + line.amount, 0)
  const total = invoice.total + extra
  const due = Math.max(0, total)
  return {
    ...invoice,
    id: `upcoming_${invoice.id}`,
    amount_due: due,
    amount_remaining: due,
    lines: {
      ...invoice.lines,
      data: [...invoice.lines.data.slice(0, waiting.length), ...change.lines, ...invoice.lines.data.slice(waiting.length)],
    },
    subtotal: invoice.subtotal + extra,
    subtotal_excluding_tax: invoice.subtotal + extra,
    total,
    total_excluding_tax: total,
  }
}

function voided(world: World, invoice: Invoice, status: 'void' | 'uncollectible'): Invoice {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    throw invalid(
      `This invoice is ${invoice.status}: only an open invoice can be ${status === 'void' ? 'voided' : 'marked uncollectible'}.`,
    )
  const at = nowOf(world)
  world.agenda.drop('invoice.retry', invoice.id)
  const stamp = status === 'void' ? { voided_at: at } : { marked_uncollectible_at: at }
  const ended = saveInvoice(world, {
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    status,
    status_transitions: { ...invoice.status_transitions, ...stamp },
  })
  emit(world, status === 'void' ? 'invoice.voided' : 'invoice.marked_uncollectible', ended)
  return ended
}

export const invoiceRoutes = [
  route('POST', '/v1/invoices/create_preview', previewAsk, preview),
  route('GET', '/v1/invoices/:id', params({}), (world, _ask, id) => readInvoice(world, id)),
  route(
    'POST',
    '/v1/invoices/:id',
    params({ metadata: metadata.optional(), auto_advance: flag.optional(), ...unused('description', 'footer') }),
    (world, ask, id) => {
      const old = readInvoice(world, id)
      const invoice = saveInvoice(world, {
        ...old,
        auto_advance: ask.auto_advance ?? old.auto_advance ?? false,
        metadata: mergeMetadata(old.metadata ?? {}, ask.metadata),
      })
      emit(world, 'invoice.updated', invoice, { metadata: old.metadata })
      return invoice
    },
  ),
  route('GET', '/v1/invoices/:id/lines', params(paging), (world, ask, id) =>
    pageOf(readInvoice(world, id).lines.data.toReversed(), ask, `/v1/invoices/${id}/lines`),
  ),
  route('POST', '/v1/invoices/:id/finalize', params({ ...unused('auto_advance') }), (world, _ask, id) => {
    const invoice = readInvoice(world, id)
    if (invoice.status !== 'draft') throw invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    return finalize(world, invoice)
  }),
  route(
    'POST',
    '/v1/invoices/:id/pay',
    params({ payment_method: text.optional(), paid_out_of_band: flag.optional(), ...unused('forgive', 'off_session', 'mandate') }),
    (world, ask, id) => {
      const invoice = readInvoice(world, id)
      if (invoice.status === 'paid') throw invalid('Invoice is already paid', undefined, 'invoice_already_paid')
      if (invoice.status !== 'open')
        throw invalid(`This invoice can't be paid: it is ${invoice.status}.`, undefined, 'invoice_not_editable')
      if (ask.paid_out_of_band) return settleInvoice(world, invoice, null)
      if (ask.payment_method && !world.rows.paymentMethods.get(ask.payment_method))
        throw noSuch('PaymentMethod', ask.payment_method, 'payment_method', 400)
      const { invoice: paid, decline } = collect(world, invoice, { method: ask.payment_method })
      if (decline) throw cardRefused(decline.message, decline.code, decline.declineCode ?? undefined)
      return paid
    },
  ),
  route('POST', '/v1/invoices/:id/void', params({}), (world, _ask, id) => voided(world, readInvoice(world, id), 'void')),
  route('POST', '/v1/invoices/:id/mark_uncollectible', params({}), (world, _ask, id) =>
    voided(world, readInvoice(world, id), 'uncollectible'),
  ),
  route(
    'GET',
    '/v1/invoices',
    params({
      ...paging,
      created: range.optional(),
      customer: text.optional(),
      status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      subscription: text.optional(),
      ...unused('collection_method', 'due_date', 'customer_account'),
    }),
    (world, ask) => {
      const rows = world.rows.invoices
        .values()
        .filter((row) => ask.customer === undefined || row.customer === ask.customer)
        .filter((row) => ask.status === undefined || row.status === ask.status)
        .filter((row) => ask.subscription === undefined || row.parent?.subscription_details?.subscription === ask.subscription)
        .filter((row) => inRange(row.created, ask.created))
      return pageOf(rows, ask, '/v1/invoices')
    },
  ),
]
