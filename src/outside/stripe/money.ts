import type Sdk from 'stripe'
import { idOf, instant, toRefund } from './convert.ts'
import type { Reported } from './reporting.ts'
import type { Payment, Refund, StripeCall } from './types.ts'

const GIVEN_BACK = ['succeeded', 'pending', 'requires_action']

/**
 * Every succeeded payment of a subscription, oldest first. An invoice may have several payments; since basil they hang
 * on the invoice as invoice payments, and what was refunded is told by the refunds themselves.
 */
export async function paymentsOf(sdk: Sdk, reported: Reported, call: StripeCall, subscription: string): Promise<Payment[]> {
  const payments: Payment[] = []
  let after: string | undefined
  for (;;) {
    const page = await reported(call, 'GET /v1/invoices', () =>
      sdk.invoices.list({ subscription, status: 'paid', limit: 100, starting_after: after, expand: ['data.payments'] }),
    )
    for (const invoice of page.data)
      for (const part of invoice.payments?.data ?? []) {
        const paymentIntentId = idOf(part.payment.payment_intent)
        if (part.status !== 'paid' || !paymentIntentId) continue
        payments.push({
          paymentIntentId,
          invoiceId: invoice.id ?? '',
          amountCents: part.amount_paid ?? 0,
          refundedCents: sum(await refundsOf(sdk, reported, call, paymentIntentId)),
          currency: part.currency,
          paidAt: instant(part.status_transitions.paid_at ?? part.created),
        })
      }
    after = page.data.at(-1)?.id
    if (!page.has_more || !after) return payments.sort((a, b) => a.paidAt.getTime() - b.paidAt.getTime())
  }
}

const sum = (refunds: Refund[]) =>
  refunds.filter((refund) => GIVEN_BACK.includes(refund.status)).reduce((total, refund) => total + refund.amountCents, 0)

export async function refundsOf(sdk: Sdk, reported: Reported, call: StripeCall, paymentIntent: string): Promise<Refund[]> {
  const page = await reported(call, 'GET /v1/refunds', () => sdk.refunds.list({ payment_intent: paymentIntent, limit: 100 }))
  return page.data.map(toRefund)
}
