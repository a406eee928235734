import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { params, text, unused } from '../wire/params.ts'
import { invalid, missingParam } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { PortalSession } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import { readCustomer } from './customers.ts'
import { defaultConfiguration, readPortalConfiguration } from './portal-configurations.ts'
import { readSubscription } from './subscriptions.ts'

const onSubscription = z.strictObject({ subscription: text, ...unused('retention', 'items', 'discounts') })
const flowAsk = z.strictObject({
  type: z.enum(['customer_update', 'payment_method_update', 'subscription_cancel', 'subscription_update']),
  after_completion: z
    .strictObject({
      type: z.enum(['hosted_confirmation', 'portal_homepage', 'redirect']),
      redirect: z.strictObject({ return_url: text }).optional(),
      hosted_confirmation: z.strictObject({ custom_message: text.optional() }).optional(),
    })
    .optional(),
  subscription_cancel: onSubscription.optional(),
  subscription_update: onSubscription.optional(),
})

function flowOf(world: World, ask: z.output<typeof flowAsk>): NonNullable<PortalSession['flow']> {
  const cancel = ask.subscription_cancel?.subscription
  const update = ask.subscription_update?.subscription
  if (ask.type === 'subscription_cancel' && !cancel) throw missingParam('flow_data[subscription_cancel]')
  if (ask.type === 'subscription_update' && !update) throw missingParam('flow_data[subscription_update]')
  if (cancel && readSubscription(world, cancel, 'flow_data[subscription_cancel][subscription]', 400).status === 'canceled')
    throw invalid('The subscription is already canceled.', 'flow_data[subscription_cancel][subscription]')
  if (update) readSubscription(world, update, 'flow_data[subscription_update][subscription]', 400)
  const { after_completion: after } = ask
  return {
    after_completion: {
      hosted_confirmation: after?.hosted_confirmation ? { custom_message: after.hosted_confirmation.custom_message ?? null } : null,
      redirect: after?.redirect ?? null,
      type: after?.type ?? 'portal_homepage',
    },
    customer_update: ask.type === 'customer_update' ? {} : null,
    subscription_cancel: cancel ? { retention: null, subscription: cancel } : null,
    subscription_pause: null,
    subscription_update: update ? { subscription: update } : null,
    subscription_update_confirm: null,
    type: ask.type,
  }
}

export const portalSessionRoutes = [
  route(
    'POST',
    '/v1/billing_portal/sessions',
    params({
      customer: text,
      configuration: text.optional(),
      return_url: text.optional(),
      flow_data: flowAsk.optional(),
      locale: text.optional(),
      ...unused('after_expiration', 'customer_account', 'on_behalf_of'),
    }),
    (world, ask) => {
      readCustomer(world, ask.customer, 'customer', 400)
      const configuration = ask.configuration
        ? readPortalConfiguration(world, ask.configuration, 'configuration', 400)
        : defaultConfiguration(world)
      const id = newId('bps_1')
      const session: PortalSession = {
        id,
        object: 'billing_portal.session',
        configuration: configuration.id,
        created: nowOf(world),
        customer: ask.customer,
        customer_account: null,
        flow: ask.flow_data ? flowOf(world, ask.flow_data) : null,
        livemode: false,
        locale: (ask.locale ?? null) as PortalSession['locale'],
        on_behalf_of: null,
        return_url: ask.return_url ?? configuration.default_return_url,
        url: `${world.settings.publicUrl}/portal/${id}`,
      }
      world.rows.portalSessions.set(id, session)
      emit(world, 'billing_portal.session.created', session)
      return session
    },
  ),
]
