import { plansOfGame } from '../../../catalog/index.ts'
import type { StripeSetup } from '../../../outside/stripe/setup.ts'
import { check, type Facts, failed, ok, skipped } from '../check.ts'
import { counted, listed } from '../words.ts'

const DASHBOARD_KEYS = 'https://dashboard.stripe.com/apikeys'
const NEW_KEY = `Take a key from ${DASHBOARD_KEYS} (restricted: Checkout, Customers, Subscriptions, Invoices, Refunds, Products, Prices, Events and Webhook Endpoints), set STRIPE_SECRET_KEY, restart.`

export const accountOf = ({ setup, once }: Pick<Facts, 'once'> & { setup: StripeSetup }) => once('stripe.account', () => setup.account())

/** A restricted key that is right, and may not read this. */
const mayNot = (thrown: unknown): boolean => (thrown as { facts?: { status?: unknown } }).facts?.status === 403

export const stripeChecks = [
  check({
    id: 'stripe.key',
    area: 'stripe',
    title: 'Stripe takes our key',
    needs: ['setup'],
    async run(patient) {
      const mode =
        patient.stripeMode === 'live' ? 'Live mode.' : patient.sandboxed ? 'A test key, on the sandbox.' : 'Test mode: nobody is charged.'
      try {
        const { id } = await accountOf(patient)
        return ok(`STRIPE_SECRET_KEY is accepted, for ${id}. ${mode}`)
      } catch (thrown) {
        if (mayNot(thrown)) return ok(`STRIPE_SECRET_KEY is accepted; it may not read the account. ${mode}`)
        const facts = (thrown as { facts?: Record<string, unknown> }).facts ?? {}
        if (facts['status'] === 401) return failed(`Stripe refuses STRIPE_SECRET_KEY: ${String(facts['message'])}`, NEW_KEY)
        throw thrown
      }
    },
  }),
  check({
    id: 'stripe.charges',
    area: 'stripe',
    title: 'The account may take payments',
    needs: ['setup'],
    after: ['stripe.key'],
    async run(patient) {
      const account = await accountOf(patient).catch((thrown: unknown) => {
        if (mayNot(thrown)) return null
        throw thrown
      })
      if (account === null)
        return skipped('the key may not read the account.', 'Give the restricted key “Account: read” to have this checked.')
      return account.chargesEnabled
        ? ok('charges_enabled is true.')
        : failed(
            'Stripe has switched payments off for this account (charges_enabled is false).',
            'https://dashboard.stripe.com/account names what Stripe wants; until then every checkout fails.',
          )
    },
  }),
  check({
    id: 'stripe.prices',
    area: 'stripe',
    title: 'Every plan has its price at Stripe',
    needs: ['setup', 'db'],
    after: ['stripe.key', 'database.migrations'],
    async run({ setup, db }) {
      const [plans, atStripe] = await Promise.all([plansOfGame(db.q), setup.prices()])
      const byId = new Map(atStripe.map((price) => [price.id, price]))
      const wrong = plans.flatMap((plan) =>
        plan.prices.flatMap(({ term, stripePriceId, amountCents, currency }) => {
          const price = byId.get(stripePriceId ?? '')
          const name = `${plan.id} ${term}`
          if (stripePriceId === null) return [`${name} is not published`]
          if (!price) return [`${name} (${stripePriceId}) is not there`]
          if (!price.active) return [`${name} (${stripePriceId}) is archived`]
          if (price.amountCents !== amountCents || price.currency !== currency.toLowerCase())
            return [`${name} costs ${price.amountCents} ${price.currency} there and ${amountCents} ${currency} here`]
          return []
        }),
      )
      const count = plans.reduce((sum, plan) => sum + plan.prices.length, 0)
      if (wrong.length === 0) return ok(`${counted(count, 'price', 'prices')}, all active, with our amounts.`)
      return failed(
        `${counted(wrong.length, 'price is', 'prices are')} wrong: ${listed(wrong)}.`,
        'Publish them again. A price that was archived in the dashboard must be made active there, or its finding repaired.',
        { command: 'bin/givrwrld catalog publish', page: '/ops/findings' },
      )
    },
  }),
]
