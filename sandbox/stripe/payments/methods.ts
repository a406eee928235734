import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import type { Charge, PaymentMethod } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'
import type { BankMethod, ReadCard } from './cards.ts'

interface Holder {
  name: string | null
  email: string | null
}

const CHECKS = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' }

const method = (world: World, holder: Holder, type: PaymentMethod['type']): PaymentMethod => ({
  id: newId('pm_1'),
  object: 'payment_method',
  allow_redisplay: 'limited',
  billing_details: { address: null, email: holder.email, name: holder.name, phone: null, tax_id: null },
  created: nowOf(world),
  customer: null,
  customer_account: null,
  livemode: false,
  metadata: {},
  type,
})

export function cardMethod(world: World, card: ReadCard, holder: Holder): PaymentMethod {
  const made: PaymentMethod = {
    ...method(world, holder, 'card'),
    card: {
      brand: card.brand,
      checks: CHECKS,
      country: 'US',
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: `sandbox${card.last4}`,
      funding: 'credit',
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  }
  world.rows.paymentMethods.set(made.id, made)
  world.rows.methodSecrets.set(made.id, { id: made.id, behaviour: card.behaviour })
  return made
}

export function bankMethod(world: World, type: BankMethod, holder: Holder): PaymentMethod {
  const account =
    type === 'us_bank_account'
      ? {
          us_bank_account: {
            account_holder_type: 'individual' as const,
            account_type: 'checking' as const,
            bank_name: 'STRIPE TEST BANK',
            financial_connections_account: null,
            fingerprint: 'sandbox6789',
            last4: '6789',
            networks: null,
            routing_number: '110000000',
            status_details: null,
          },
        }
      : {
          sepa_debit: {
            bank_code: '37040044',
            branch_code: '',
            country: 'DE',
            fingerprint: 'sandbox3000',
            generated_from: null,
            last4: '3000',
          },
        }
  const made: PaymentMethod = { ...method(world, holder, type), ...account }
  world.rows.paymentMethods.set(made.id, made)
  world.rows.methodSecrets.set(made.id, { id: made.id, behaviour: type })
  return made
}

export function attachMethod(world: World, id: string, customer: string): PaymentMethod {
  const attached = { ...world.rows.paymentMethods.get(id)!, customer }
  world.rows.paymentMethods.set(id, attached)
  emit(world, 'payment_method.attached', attached)
  return attached
}

/** How a charge shows the method it was made with. */
export function methodDetails(paid: PaymentMethod, authenticated: boolean): NonNullable<Charge['payment_method_details']> {
  if (paid.us_bank_account) {
    const { account_holder_type, account_type, bank_name, fingerprint, last4, routing_number } = paid.us_bank_account
    return {
      type: 'us_bank_account',
      us_bank_account: { account_holder_type, account_type, bank_name, fingerprint, last4, payment_reference: null, routing_number },
    }
  }
  if (paid.sepa_debit) {
    const { bank_code, branch_code, country, fingerprint, last4 } = paid.sepa_debit
    return { type: 'sepa_debit', sepa_debit: { bank_code, branch_code, country, fingerprint, last4, mandate: null } }
  }
  const card = paid.card!
  return {
    type: 'card',
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand: card.brand,
      checks: CHECKS,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: newId('', 20),
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}
