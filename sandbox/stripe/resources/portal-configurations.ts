import { z } from 'zod'
import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import { pageOf } from '../wire/page-of.ts'
import { emptyable, flag, mergeMetadata, metadata, paging, params, text, texts, unused } from '../wire/params.ts'
import { missingParam, noSuch } from '../wire/refusal.ts'
import { route } from '../wire/route.ts'
import type { PortalConfiguration } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

export function readPortalConfiguration(world: World, id: string, param = 'id', status = 404): PortalConfiguration {
  const found = world.rows.portalConfigurations.get(id)
  if (!found) throw noSuch('configuration', id, param, status)
  return found
}

const enabled = z.strictObject({ enabled: flag })
const proration = z.enum(['always_invoice', 'create_prorations', 'none'])
const OPTIONS = [
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
] as const
const featuresAsk = z.strictObject({
  customer_update: z
    .strictObject({
      enabled: flag,
      allowed_updates: emptyable(z.array(z.enum(['address', 'email', 'name', 'phone', 'shipping', 'tax_id']))).optional(),
    })
    .optional(),
  invoice_history: enabled.optional(),
  payment_method_update: z.strictObject({ enabled: flag, ...unused('payment_method_configuration') }).optional(),
  subscription_cancel: z
    .strictObject({
      enabled: flag,
      mode: z.enum(['at_period_end', 'immediately']).optional(),
      proration_behavior: proration.optional(),
      cancellation_reason: z
        .strictObject({ enabled: flag, options: emptyable(z.array(z.enum(OPTIONS))), ...unused('feedback_options') })
        .optional(),
    })
    .optional(),
  subscription_update: z
    .strictObject({
      enabled: flag,
      default_allowed_updates: emptyable(z.array(z.enum(['price', 'promotion_code', 'quantity']))).optional(),
      products: emptyable(z.array(z.strictObject({ product: text, prices: texts, ...unused('adjustable_quantity') }))).optional(),
      proration_behavior: proration.optional(),
      ...unused('billing_cycle_anchor', 'schedule_at_period_end', 'trial_update_behavior'),
    })
    .optional(),
  ...unused('subscription_pause'),
})
const fields = {
  business_profile: z
    .strictObject({ headline: text.optional(), privacy_policy_url: text.optional(), terms_of_service_url: text.optional() })
    .optional(),
  default_return_url: emptyable(text).optional(),
  login_page: enabled.optional(),
  metadata: metadata.optional(),
  name: emptyable(text).optional(),
}

function featuresOf(ask: z.output<typeof featuresAsk>): PortalConfiguration['features'] {
  const { customer_update: details, subscription_cancel: cancel, subscription_update: update } = ask
  return {
    customer_update: { allowed_updates: details?.allowed_updates || [], enabled: details?.enabled ?? false },
    invoice_history: { enabled: ask.invoice_history?.enabled ?? false },
    payment_method_update: { enabled: ask.payment_method_update?.enabled ?? false, payment_method_configuration: null },
    subscription_cancel: {
      cancellation_reason: {
        enabled: cancel?.cancellation_reason?.enabled ?? false,
        feedback_options: null,
        options: cancel?.cancellation_reason?.options || [],
      },
      enabled: cancel?.enabled ?? false,
      mode: cancel?.mode ?? 'at_period_end',
      proration_behavior: cancel?.proration_behavior ?? 'none',
    },
    subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: update?.default_allowed_updates || [],
      enabled: update?.enabled ?? false,
      products: (update?.products || []).map(({ product, prices }) => ({
        adjustable_quantity: { enabled: false, maximum: null, minimum: 1 },
        prices,
        product,
      })),
      proration_behavior: update?.proration_behavior ?? 'none',
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: 'end_trial',
    },
  }
}

interface ConfigurationAsk {
  features: PortalConfiguration['features']
  isDefault?: boolean
}

function newConfiguration(world: World, ask: ConfigurationAsk): PortalConfiguration {
  const at = nowOf(world)
  const made: PortalConfiguration = {
    id: newId('bpc_1'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: at,
    default_return_url: null,
    features: ask.features,
    is_default: ask.isDefault ?? false,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: at,
  }
  world.rows.portalConfigurations.set(made.id, made)
  return made
}

/** What the dashboard's own portal settings would be; made when somebody first relies on it. */
export function defaultConfiguration(world: World): PortalConfiguration {
  const known = world.rows.portalConfigurations.values().find((row) => row.is_default)
  const features = featuresOf({
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, mode: 'at_period_end' },
  })
  return known ?? newConfiguration(world, { features, isDefault: true })
}

const updateAsk = params({ ...fields, features: featuresAsk.optional(), active: flag.optional() })

function change(world: World, old: PortalConfiguration, ask: z.output<typeof updateAsk>): PortalConfiguration {
  const { headline, privacy_policy_url: privacy, terms_of_service_url: terms } = ask.business_profile ?? {}
  const configuration: PortalConfiguration = {
    ...old,
    active: ask.active ?? old.active,
    business_profile: {
      headline: headline ?? old.business_profile.headline,
      privacy_policy_url: privacy ?? old.business_profile.privacy_policy_url,
      terms_of_service_url: terms ?? old.business_profile.terms_of_service_url,
    },
    default_return_url: ask.default_return_url === undefined ? old.default_return_url : ask.default_return_url || null,
    features: ask.features ? featuresOf(ask.features) : old.features,
    login_page: ask.login_page ? { enabled: ask.login_page.enabled, url: null } : old.login_page,
    metadata: mergeMetadata(old.metadata ?? {}, ask.metadata),
    name: ask.name === undefined ? old.name : ask.name || null,
    updated: nowOf(world),
  }
  world.rows.portalConfigurations.set(old.id, configuration)
  return configuration
}

export const portalConfigurationRoutes = [
  route('POST', '/v1/billing_portal/configurations', params({ ...fields, features: featuresAsk.optional() }), (world, ask) => {
    if (!ask.features) throw missingParam('features')
    const made = change(world, newConfiguration(world, { features: featuresOf(ask.features) }), ask)
    emit(world, 'billing_portal.configuration.created', made)
    return made
  }),
  route('GET', '/v1/billing_portal/configurations/:id', params({}), (world, _ask, id) => readPortalConfiguration(world, id)),
  route('POST', '/v1/billing_portal/configurations/:id', updateAsk, (world, ask, id) => {
    const old = readPortalConfiguration(world, id)
    const changed = change(world, old, ask)
    emit(world, 'billing_portal.configuration.updated', changed, { updated: old.updated })
    return changed
  }),
  route(
    'GET',
    '/v1/billing_portal/configurations',
    params({ ...paging, active: flag.optional(), is_default: flag.optional() }),
    (world, ask) => {
      const rows = world.rows.portalConfigurations
        .values()
        .filter((row) => ask.active === undefined || row.active === ask.active)
        .filter((row) => ask.is_default === undefined || row.is_default === ask.is_default)
      return pageOf(rows, ask, '/v1/billing_portal/configurations')
    },
  ),
]
