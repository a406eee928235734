/** The SDK's name for what has this `object`, to find its schema. */
export const SDK_NAMES: Record<string, string> = {
  account: 'Account',
  balance: 'Balance',
  'billing_portal.configuration': 'BillingPortal.Configuration',
  'billing_portal.session': 'BillingPortal.Session',
  charge: 'Charge',
  'checkout.session': 'Checkout.Session',
  coupon: 'Coupon',
  customer: 'Customer',
  dispute: 'Dispute',
  invoice: 'Invoice',
  invoice_payment: 'InvoicePayment',
  item: 'LineItem',
  line_item: 'InvoiceLineItem',
  payment_intent: 'PaymentIntent',
  payment_method: 'PaymentMethod',
  price: 'Price',
  product: 'Product',
  promotion_code: 'PromotionCode',
  refund: 'Refund',
  subscription: 'Subscription',
  'test_helpers.test_clock': 'TestHelpers.TestClock',
  webhook_endpoint: 'WebhookEndpoint',
}

/** What a DELETE answers has a type of its own. */
export const DELETED_NAMES: Record<string, string> = {
  coupon: 'DeletedCoupon',
  customer: 'DeletedCustomer',
  product: 'DeletedProduct',
  'test_helpers.test_clock': 'TestHelpers.DeletedTestClock',
  webhook_endpoint: 'DeletedWebhookEndpoint',
}

export const ALL_NAMES = [...Object.values(SDK_NAMES), ...Object.values(DELETED_NAMES)]
