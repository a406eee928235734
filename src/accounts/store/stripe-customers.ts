import type { Queries } from '../../db/index.ts'

export async function stripeCustomerOf(q: Queries, userId: string): Promise<string | null> {
  const row = await q.selectFrom('stripe_customers').select('stripe_customer_id').where('user_id', '=', userId).executeTakeFirst()
  return row?.stripe_customer_id ?? null
}

/** @returns the id that counts: another process may have been first */
export async function saveStripeCustomer(q: Queries, ask: { userId: string; customerId: string; at: Date }): Promise<string> {
  await q
    .insertInto('stripe_customers')
    .values({ user_id: ask.userId, stripe_customer_id: ask.customerId, created_at: ask.at })
    .onConflict((on) => on.column('user_id').doNothing())
    .execute()
  return (await stripeCustomerOf(q, ask.userId)) ?? ask.customerId
}

/** The user that this customer of Stripe's is; null: none of ours. */
export async function userOfStripeCustomer(q: Queries, customerId: string): Promise<string | null> {
  const row = await q.selectFrom('stripe_customers').select('user_id').where('stripe_customer_id', '=', customerId).executeTakeFirst()
  return row?.user_id ?? null
}
