import type { Tx } from '../../db/index.ts'
import type { Checkout } from '../order.ts'

export type LostCheckout = Pick<
  Checkout,
  'id' | 'userId' | 'planId' | 'term' | 'regionId' | 'serverName' | 'amountCents' | 'currency' | 'stripePriceId' | 'stripeSessionId'
> &
  Pick<Checkout, 'sessionExpiresAt' | 'termsAcceptedAt' | 'eulaAcceptedAt' | 'createdAt'>

/** @returns false when there is a checkout of this id (again) */
export async function insertLost(tx: Tx, lost: LostCheckout, at: Date): Promise<boolean> {
  const done = await tx
    .insertInto('checkouts')
    .values({
      id: lost.id,
      user_id: lost.userId,
      plan_id: lost.planId,
      term: lost.term,
      region_id: lost.regionId,
      server_name: lost.serverName,
      state: 'open',
      amount_cents: lost.amountCents,
      currency: lost.currency,
      stripe_price_id: lost.stripePriceId,
      stripe_session_id: lost.stripeSessionId,
      session_expires_at: lost.sessionExpiresAt,
      terms_accepted_at: lost.termsAcceptedAt,
      eula_accepted_at: lost.eulaAcceptedAt,
      next_check_at: at,
      created_at: lost.createdAt,
      updated_at: at,
    })
    .onConflict((on) => on.column('id').doNothing())
    .executeTakeFirst()
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n
}
