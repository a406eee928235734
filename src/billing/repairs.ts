import { byWay, type Repairs } from '../findings/index.ts'
import { cancelRepair } from '../orders/index.ts'
import { endLostPage } from './end-lost-page.ts'
import { type FindStanding, recreateOrder } from './recreate-order.ts'
import { refundUnknown } from './refund-unknown.ts'
import { keepServer, retryEvent, retryMoney, retryRefund, retryRefused, retrySecondPayment } from './repair-money.ts'
import type { BillingWorld } from './take-session.ts'

/** What this room can mend when a person asks for it, by kind of finding. */
export const billingRepairs = <W extends BillingWorld>(findStanding: FindStanding<W>): Repairs<W> => ({
  'billing.dispute': cancelRepair,
  'billing.event_stuck': retryEvent,
  'billing.price_stuck': retryMoney,
  'billing.refund_failed': retryRefund,
  'billing.refund_stuck': retryMoney,
  'billing.session_gone': endLostPage,
  'billing.refund_refused': retryRefused,
  'billing.subscription_ended': keepServer,
  'billing.unknown_checkout': byWay<W>({ recreate: recreateOrder(findStanding), refund: refundUnknown }),
  'orders.second_payment': retrySecondPayment,
})
