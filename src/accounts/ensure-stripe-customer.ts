import type { Stripe } from '../outside/stripe/types.ts'
import type { World } from '../world.ts'
import { userMissing } from './errors.ts'
import { saveStripeCustomer, stripeCustomerOf } from './store/stripe-customers.ts'
import { userById } from './store/users.ts'

/**
 * The customer's id at Stripe, made when there is none. Stripe's idempotency key comes from the user's id, so two that
 * race make one customer; the row that was first counts.
 */
export async function ensureStripeCustomer(
  world: Pick<World, 'db' | 'now'> & { stripe: Pick<Stripe, 'createCustomer'> },
  userId: string,
): Promise<string> {
  const known = await stripeCustomerOf(world.db.q, userId)
  if (known) return known
  const user = await userById(world.db.q, userId)
  if (!user) throw userMissing()
  const { id } = await world.stripe.createCustomer({}, { userId, email: user.email, name: user.name })
  return saveStripeCustomer(world.db.q, { userId, customerId: id, at: world.now() })
}
