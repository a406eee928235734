import { emit } from '../events/emit.ts'
import { cancelNow } from '../payments/cancel.ts'
import { readCard } from '../payments/cards.ts'
import { collect, subscriptionOf } from '../payments/collect.ts'
import { attachMethod, cardMethod } from '../payments/methods.ts'
import { periodEnd, saveSubscription } from '../payments/subscribe.ts'
import type { PortalSession, Subscription } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { door, type Reply, sentTo, shown, type Visit } from './door.ts'
import { notFoundPage } from './pay-page.ts'
import { portalPage } from './portal-page.ts'

const withPortal = (act: (visit: Visit, portal: PortalSession) => Reply) => (visit: Visit) => {
  const portal = visit.world.rows.portalSessions.get(visit.id)
  return portal ? act(visit, portal) : shown(notFoundPage(), 404)
}

const ownSubscription = (world: World, portal: PortalSession, id: string | undefined): Subscription | null => {
  const found = world.rows.subscriptions.get(id ?? '')
  return found?.customer === portal.customer && found.status !== 'canceled' ? found : null
}

/** Where a finished flow leads: the shop if it asked for that, else the portal again. */
const after = (portal: PortalSession) => sentTo(portal.flow?.after_completion.redirect?.return_url ?? `/portal/${portal.id}`)

function endOrKeep(world: World, subscription: Subscription, atEnd: boolean) {
  const changed = saveSubscription(world, {
    ...subscription,
    cancel_at: atEnd ? periodEnd(subscription) : null,
    cancel_at_period_end: atEnd,
    canceled_at: atEnd ? nowOf(world) : null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: atEnd ? 'cancellation_requested' : null },
  })
  emit(world, 'customer.subscription.updated', changed, {
    cancel_at_period_end: subscription.cancel_at_period_end,
    cancel_at: subscription.cancel_at,
  })
}

/** A new card for everything this customer has; what was unpaid is tried again with it at once. */
function replaceCard(world: World, customerId: string, said: Record<string, string>): string | null {
  const quick = said['quick']
  const card = readCard(world, {
    number: quick || said['number'] || '',
    exp: quick ? '12/44' : (said['exp'] ?? ''),
    cvc: quick ? '123' : (said['cvc'] ?? ''),
  })
  if ('message' in card) return card.message
  const customer = world.rows.customers.get(customerId)
  if (!customer) return 'This customer is gone.'
  const method = attachMethod(world, cardMethod(world, card, { name: said['name'] || null, email: customer.email }).id, customerId)
  const settings = { ...customer.invoice_settings, default_payment_method: method.id }
  const changed = { ...customer, invoice_settings: settings }
  world.rows.customers.set(customerId, changed)
  emit(world, 'customer.updated', changed, { invoice_settings: customer.invoice_settings })
  for (const subscription of world.rows.subscriptions.values().filter((row) => row.customer === customerId && row.status !== 'canceled')) {
    const renewed = saveSubscription(world, { ...subscription, default_payment_method: method.id })
    emit(world, 'customer.subscription.updated', renewed, { default_payment_method: subscription.default_payment_method })
  }
  for (const invoice of world.rows.invoices.values())
    if (
      invoice.customer === customerId &&
      invoice.status === 'open' &&
      invoice.attempted &&
      subscriptionOf(world, invoice)?.status !== 'canceled'
    )
      collect(world, invoice)
  return null
}

export const portalDoors = [
  door(
    'GET',
    '/portal/:id',
    withPortal(({ world }, portal) => shown(portalPage(world, portal, null))),
  ),
  door(
    'POST',
    '/portal/:id/cancel',
    withPortal(({ world, said }, portal) => {
      const subscription = ownSubscription(world, portal, said['subscription'])
      const rule = world.rows.portalConfigurations.get(portal.configuration)?.features.subscription_cancel
      if (!subscription || !rule?.enabled) return shown(notFoundPage(), 404)
      if (rule.mode === 'immediately') cancelNow(world, subscription)
      else endOrKeep(world, subscription, true)
      return after(portal)
    }),
  ),
  door(
    'POST',
    '/portal/:id/keep',
    withPortal(({ world, said }, portal) => {
      const subscription = ownSubscription(world, portal, said['subscription'])
      if (!subscription) return shown(notFoundPage(), 404)
      endOrKeep(world, subscription, false)
      return after(portal)
    }),
  ),
  door(
    'POST',
    '/portal/:id/card',
    withPortal(({ world, said }, portal) => {
      const error = replaceCard(world, portal.customer, said)
      return error ? shown(portalPage(world, portal, error), 402) : after(portal)
    }),
  ),
]
