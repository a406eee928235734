import { endpointsToSettle, HANDLED_TYPES, lastVerifiedAt, refusalsSince } from '../../../billing/index.ts'
import { DAY, later } from '../../../kit/time.ts'
import type { SetupEndpoint, StripeSetup } from '../../../outside/stripe/setup.ts'
import { check, type Facts, failed, ok, skipped, warning } from '../check.ts'
import { deliveryVerdict, readDeliveries } from '../deliveries.ts'
import { ago, counted, listed } from '../words.ts'

const WEBHOOK_PATH = '/functions/v1/stripe-webhook'
/** Makes a new endpoint through Stripe's API and rolls the secret. */
const FIX = { command: 'bin/givrwrld doctor --fix webhook-endpoint --reason "…"' }
const MAKE_NEW = 'Let the doctor make a new endpoint; it says what to set STRIPE_WEBHOOK_SECRET to.'

export const webhookUrl = (publicUrl: string): string => `${publicUrl}${WEBHOOK_PATH}`

const allEndpoints = ({ setup, once }: Pick<Facts, 'once'> & { setup: StripeSetup }) => once('stripe.endpoints', () => setup.endpoints())
const ours = (all: SetupEndpoint[], publicUrl: string | null) =>
  all.filter(({ url }) => publicUrl !== null && url === webhookUrl(publicUrl))

export const missingEvents = ({ events }: Pick<SetupEndpoint, 'events'>): string[] =>
  events.includes('*') ? [] : HANDLED_TYPES.filter((type) => !events.includes(type))

export const webhookChecks = [
  check({
    id: 'webhooks.endpoint',
    area: 'webhooks',
    title: 'Stripe has our endpoint, switched on',
    needs: ['setup'],
    after: ['stripe.key'],
    async run(patient) {
      const { publicUrl } = patient
      if (publicUrl === null) return skipped('PUBLIC_URL is wrong.')
      const all = await allEndpoints(patient)
      const here = ours(all, publicUrl)
      if (here.some(({ enabled }) => enabled)) return ok(`${webhookUrl(publicUrl)} is enabled.`)
      const [off] = here
      if (off)
        return failed(
          `The endpoint ${off.id} to ${off.url} is disabled.`,
          `Enable it at https://dashboard.stripe.com/webhooks/${off.id}. Stripe disables what fails for days: mend that first. ${MAKE_NEW}`,
          FIX,
        )
      const others =
        all.length === 0 ? 'Stripe has no endpoint at all.' : `Those that are there lead to: ${listed(all.map(({ url }) => url))}.`
      return failed(
        `No endpoint leads to ${webhookUrl(publicUrl)}. ${others}`,
        `Correct PUBLIC_URL, or the endpoint’s address. ${MAKE_NEW}`,
        FIX,
      )
    },
  }),
  check({
    id: 'webhooks.events',
    area: 'webhooks',
    title: 'The endpoint brings the right events',
    needs: ['setup'],
    after: ['webhooks.endpoint'],
    async run(patient) {
      const [endpoint] = ours(await allEndpoints(patient), patient.publicUrl).filter(({ enabled }) => enabled)
      if (!endpoint) return skipped('there is no endpoint.')
      const missing = missingEvents(endpoint)
      if (missing.length > 0)
        return failed(
          `${endpoint.id} does not bring ${listed(missing)}.`,
          `Add them at https://dashboard.stripe.com/webhooks/${endpoint.id}. ${MAKE_NEW}`,
          FIX,
        )
      const { apiVersion } = patient.setup
      if (endpoint.apiVersion !== null && endpoint.apiVersion !== apiVersion)
        return warning(
          `${endpoint.id} renders events at API version ${endpoint.apiVersion}, we speak ${apiVersion}.`,
          `The version of an endpoint cannot be changed. ${MAKE_NEW}`,
          FIX,
        )
      return ok(endpoint.events.includes('*') ? 'All events.' : `All ${HANDLED_TYPES.length} that we handle.`)
    },
  }),
  check({
    id: 'webhooks.single',
    area: 'webhooks',
    title: 'One endpoint, one secret',
    needs: ['setup', 'db'],
    after: ['webhooks.endpoint', 'database.migrations'],
    async run(patient) {
      const enabled = ours(await allEndpoints(patient), patient.publicUrl).filter((endpoint) => endpoint.enabled)
      const [rolling] = await endpointsToSettle(patient.db.q)
      if (rolling) {
        const since = ago(patient.now(), rolling.madeAt)
        return rolling.verifiedAt
          ? warning(
              `${rolling.endpointId}, made ${since}, works: its events are verified. The old endpoint is still on.`,
              'Finish it: the same command again switches the old one off.',
              FIX,
            )
          : warning(
              `${rolling.endpointId} was made ${since}, and no event with its secret was verified yet.`,
              'Was STRIPE_WEBHOOK_SECRET set to the list that was told, and every process restarted? Then wait for the next event.',
            )
      }
      if (enabled.length <= 1) return ok('Nothing is doubled.')
      return warning(
        `${counted(enabled.length, 'endpoint leads', 'endpoints lead')} to us: ${listed(enabled.map(({ id }) => id))}. Each event comes as often, each time under another secret.`,
        'Disable all but the one whose secret is in STRIPE_WEBHOOK_SECRET: https://dashboard.stripe.com/webhooks',
      )
    },
  }),
  check({
    id: 'webhooks.delivered',
    area: 'webhooks',
    title: 'What Stripe lists has reached us',
    needs: ['stripe', 'db'],
    after: ['stripe.key', 'database.migrations'],
    async run({ stripe, db, now }, signal) {
      return deliveryVerdict(await readDeliveries({ stripe, db, now }, signal), now(), FIX)
    },
  }),
  check({
    id: 'webhooks.signatures',
    area: 'webhooks',
    title: 'Signatures fit our secret',
    needs: ['db'],
    after: ['database.migrations'],
    async run({ db, now }) {
      const verifiedAt = await lastVerifiedAt(db.q)
      const refused = await refusalsSince(db.q, later(now(), -DAY))
      const last = verifiedAt ? `The last event was verified ${ago(now(), verifiedAt)}.` : 'No event was ever verified.'
      if (refused.lastAt === null) return ok(`None was refused in a day. ${last}`)
      const found = `${counted(refused.count, 'signature was', 'signatures were')} refused in the last day, the last ${ago(now(), refused.lastAt)}. ${last}`
      if (verifiedAt && verifiedAt > refused.lastAt)
        return ok(`${found} Those before it were forged, or of a secret that is no longer used.`)
      if (/timestamp/i.test(refused.reason ?? ''))
        return failed(
          `${found} They were too old: ${refused.reason}`,
          'A clock is wrong, ours or that of whoever sends: see “Clocks agree”.',
        )
      return failed(
        `${found} The secret does not fit: ${refused.reason}`,
        `Compare STRIPE_WEBHOOK_SECRET with the signing secret of the endpoint in Stripe’s dashboard, set it, restart. ${MAKE_NEW}`,
        FIX,
      )
    },
  }),
]
