import { accountRoutes } from './resources/account.ts'
import { couponRoutes } from './resources/coupons.ts'
import { customerRoutes } from './resources/customers.ts'
import { eventRoutes } from './resources/events.ts'
import { invoiceRoutes } from './resources/invoices.ts'
import { moneyRoutes } from './resources/money.ts'
import { portalConfigurationRoutes } from './resources/portal-configurations.ts'
import { portalSessionRoutes } from './resources/portal-sessions.ts'
import { priceRoutes } from './resources/prices.ts'
import { productRoutes } from './resources/products.ts'
import { promotionCodeRoutes } from './resources/promotion-codes.ts'
import { refundRoutes } from './resources/refunds.ts'
import { sessionRoutes } from './resources/sessions.ts'
import { subscriptionRoutes } from './resources/subscriptions.ts'
import { testClockRoutes } from './resources/test-clocks.ts'
import { webhookEndpointRoutes } from './resources/webhook-endpoints.ts'
import type { Route } from './wire/route.ts'

/** Everything the API answers, in the order it is looked through. */
export const routes: Route[] = [
  ...productRoutes,
  ...priceRoutes,
  ...couponRoutes,
  ...promotionCodeRoutes,
  ...customerRoutes,
  ...sessionRoutes,
  ...subscriptionRoutes,
  ...invoiceRoutes,
  ...moneyRoutes,
  ...refundRoutes,
  ...portalConfigurationRoutes,
  ...portalSessionRoutes,
  ...testClockRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
  ...accountRoutes,
]
