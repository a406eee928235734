export { createStripe, type StripeOptions } from './client.ts'
