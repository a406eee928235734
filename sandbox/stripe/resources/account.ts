import { params } from '../wire/params.ts'
import { route } from '../wire/route.ts'
import type { Account } from '../wire/shapes.ts'
import type { World } from '../world.ts'

const account = (world: World): Account => {
  const enabled = world.faults.take('stripe', 'charges_disabled', 'GET /v1/account') === null
  return {
    id: 'acct_1Sandbox00000000',
    object: 'account',
    business_type: 'company',
    charges_enabled: enabled,
    country: 'DE',
    default_currency: 'usd',
    details_submitted: enabled,
    email: 'shop@example.com',
    payouts_enabled: enabled,
    type: 'standard',
  }
}

export const accountRoutes = [route('GET', '/v1/account', params({}), account)]
