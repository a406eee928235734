export { createStripe, type StripeOptions } from './client.ts'
export { createStripeSetup } from './setup.ts'
