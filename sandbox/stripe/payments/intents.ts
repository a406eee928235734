import { emit } from '../events/emit.ts'
import { newId, randomLetters } from '../wire/ids.ts'
import type { Charge, PaymentIntent, PaymentMethod } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import type { Decline } from './cards.ts'
import { methodDetails } from './methods.ts'

interface OpenAsk {
  amount: number
  currency: string
  customer: string | null
  description: string | null
  metadata: Record<string, string>
  types: string[]
  offSession: boolean
  receiptEmail: string | null
}

export function openIntent(world: World, ask: OpenAsk): PaymentIntent {
  const id = newId('pi_3')
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: ask.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic',
    client_secret: `${id}_secret_${randomLetters(25)}`,
    confirmation_method: 'automatic',
    created: nowOf(world),
    currency: ask.currency,
    customer: ask.customer,
    customer_account: null,
    description: ask.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: ask.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ask.types,
    payment_record: null,
    processing: null,
    receipt_email: ask.receiptEmail,
    review: null,
    setup_future_usage: ask.offSession ? 'off_session' : null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_group: null,
  }
  world.rows.paymentIntents.set(id, intent)
  emit(world, 'payment_intent.created', intent)
  return intent
}

export function saveIntent(world: World, intent: PaymentIntent): PaymentIntent {
  world.rows.paymentIntents.set(intent.id, intent)
  return intent
}

function chargeOf(world: World, intent: PaymentIntent, method: PaymentMethod, authenticated: boolean): Charge {
  return {
    id: newId('ch_3'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'SANDBOX',
    captured: false,
    created: nowOf(world),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: methodDetails(method, authenticated),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
  }
}

const GOOD = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 12,
  seller_message: 'Payment complete.',
  type: 'authorized',
}

/** The money is there. A charge already pending (a bank debit) is the one that succeeds. */
export function succeed(world: World, intent: PaymentIntent, method: PaymentMethod, authenticated = false): PaymentIntent {
  const begun = intent.latest_charge ? world.rows.charges.get(intent.latest_charge) : undefined
  const base = begun?.status === 'pending' ? begun : chargeOf(world, intent, method, authenticated)
  const charge: Charge = {
    ...base,
    amount_captured: intent.amount,
    balance_transaction: newId('txn_3'),
    captured: true,
    outcome: GOOD,
    paid: true,
    receipt_url: `${world.settings.publicUrl}/sandbox/receipts/${base.id}`,
    status: 'succeeded',
  }
  world.rows.charges.set(charge.id, charge)
  const paid = saveIntent(world, {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    processing: null,
    status: 'succeeded',
  })
  emit(world, 'charge.succeeded', charge)
  emit(world, 'payment_intent.succeeded', paid)
  return paid
}

export function fail(world: World, intent: PaymentIntent, method: PaymentMethod, decline: Decline): PaymentIntent {
  const begun = intent.latest_charge ? world.rows.charges.get(intent.latest_charge) : undefined
  const base = begun?.status === 'pending' ? begun : chargeOf(world, intent, method, false)
  const charge: Charge = {
    ...base,
    failure_code: decline.code,
    failure_message: decline.message,
    outcome: {
      ...GOOD,
      network_status: 'declined_by_network',
      reason: decline.declineCode,
      seller_message: 'The bank did not return any further details with this decline.',
      type: 'issuer_declined',
    },
    status: 'failed',
  }
  world.rows.charges.set(charge.id, charge)
  emit(world, 'charge.failed', charge)
  return refuse(world, { ...intent, latest_charge: charge.id }, method, decline)
}

/** The payment did not get as far as a charge, or its charge has failed. */
export function refuse(world: World, intent: PaymentIntent, method: PaymentMethod, decline: Decline): PaymentIntent {
  const failed = saveIntent(world, {
    ...intent,
    last_payment_error: {
      ...(intent.latest_charge ? { charge: intent.latest_charge } : {}),
      code: decline.code,
      ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
      message: decline.message,
      payment_method: method,
      type: 'card_error',
    } as PaymentIntent['last_payment_error'],
    next_action: null,
    payment_method: null,
    processing: null,
    status: 'requires_payment_method',
  })
  emit(world, 'payment_intent.payment_failed', failed)
  return failed
}

/** A bank debit has begun; days later it succeeds or fails. */
export function process(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const charge = chargeOf(world, intent, method, false)
  world.rows.charges.set(charge.id, charge)
  const processing = saveIntent(world, { ...intent, latest_charge: charge.id, payment_method: method.id, status: 'processing' })
  emit(world, 'charge.pending', charge)
  emit(world, 'payment_intent.processing', processing)
  return processing
}

export function requireAction(world: World, intent: PaymentIntent, url: string): PaymentIntent {
  const waiting = saveIntent(world, {
    ...intent,
    next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: url, url } },
    status: 'requires_action',
  })
  emit(world, 'payment_intent.requires_action', waiting)
  return waiting
}
