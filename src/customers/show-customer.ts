import { externalAccountOf, stripeCustomerOf } from '../accounts/index.ts'
import type { Queries } from '../db/index.ts'
import { readPlace, writePlace } from '../kit/cursor.ts'
import { Failure } from '../kit/failure.ts'
import { searchForOps } from '../orders/index.ts'
import type { CustomerView } from './contract.ts'
import { besideOf, customerById, type Found, searchCustomers } from './store/customers.ts'

export const noSuchCustomer = () =>
  new Failure({
    code: 'customers.unknown',
    kind: 'missing',
    say: 'There is no such customer.',
    next: 'Search by the whole e-mail, or by any id of theirs.',
  })

const row = ({ createdAt, ...found }: Found) => ({ ...found, createdAt: createdAt.toISOString() })

export async function findCustomers(q: Queries, ask: { q?: string; cursor?: string; limit: number }) {
  const after = ask.cursor ? readPlace(ask.cursor) : null
  const found = await searchCustomers(q, { q: ask.q?.trim() ?? '', after, limit: ask.limit + 1 })
  const page = found.slice(0, ask.limit)
  const last = page.at(-1)
  const nextCursor = found.length > page.length && last ? writePlace({ at: last.createdAt, id: last.id }) : null
  return { items: page.map(row), nextCursor }
}

/** Throws `customers.unknown`. */
export async function showCustomer(q: Queries, id: string, now: Date): Promise<CustomerView> {
  const found = await customerById(q, id)
  if (!found) throw noSuchCustomer()
  const [account, stripeCustomerId, orders, beside] = await Promise.all([
    externalAccountOf(q, id),
    stripeCustomerOf(q, id),
    searchForOps(q, { filter: 'all', q: found.email, limit: 50 }, now),
    besideOf(q, id),
  ])
  return {
    ...row(found),
    stripeCustomerId,
    panel: account && {
      pterodactylUserId: account.pterodactylUserId,
      username: account.panelUsername,
      email: account.panelEmail,
      adopted: account.adopted,
      createdAt: account.createdAt.toISOString(),
    },
    items: orders.items,
    payments: beside.payments.map((one) => ({
      id: one.id,
      orderId: one.order_id,
      amountCents: one.amount_cents,
      refundedCents: one.refunded_cents,
      currency: one.currency,
      paidAt: one.paid_at.toISOString(),
    })),
    mails: beside.mails.map((one) => ({
      id: one.id,
      template: one.template,
      status: one.status,
      at: one.created_at.toISOString(),
      sentAt: one.sent_at?.toISOString() ?? null,
      lastError: one.last_error,
    })),
    notes: beside.notes.map((one) => ({ id: one.id, at: one.at.toISOString(), by: one.by_id, body: one.body })),
  }
}
