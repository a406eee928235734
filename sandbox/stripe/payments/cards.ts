import type { World } from '../world.ts'

/** What a test card does; the numbers are Stripe's published ones. */
export type CardBehaviour =
  | 'succeeds'
  | 'declined'
  | 'insufficient_funds'
  | 'expired_card'
  | 'incorrect_cvc'
  | 'processing_error'
  | 'authenticates'
  | 'always_authenticates'
  | 'fails_later'
  | 'disputed'
  | 'refund_fails'
  | 'refund_pends'
export type BankMethod = 'us_bank_account' | 'sepa_debit'
export const BANK_METHODS: BankMethod[] = ['us_bank_account', 'sepa_debit']

export interface TestCard {
  number: string
  brand: 'visa' | 'mastercard' | 'amex'
  behaviour: CardBehaviour
  /** What a person reads next to it. */
  says: string
}

export const TEST_CARDS: TestCard[] = [
  { number: '4242424242424242', brand: 'visa', behaviour: 'succeeds', says: 'Payment succeeds' },
  { number: '4000000000000002', brand: 'visa', behaviour: 'declined', says: 'Card is declined' },
  { number: '4000002500003155', brand: 'visa', behaviour: 'authenticates', says: 'Asks for 3-D Secure' },
  { number: '4000002760003184', brand: 'visa', behaviour: 'always_authenticates', says: 'Asks for 3-D Secure every time' },
  { number: '4000000000000341', brand: 'visa', behaviour: 'fails_later', says: 'Pays now, renewals fail' },
  { number: '4000000000009995', brand: 'visa', behaviour: 'insufficient_funds', says: 'Insufficient funds' },
  { number: '4000000000000259', brand: 'visa', behaviour: 'disputed', says: 'Pays, then is disputed' },
  { number: '4000000000005126', brand: 'visa', behaviour: 'refund_fails', says: 'Pays, its refund fails' },
  { number: '4000000000007726', brand: 'visa', behaviour: 'refund_pends', says: 'Pays, its refund takes a while' },
  { number: '4000000000000069', brand: 'visa', behaviour: 'expired_card', says: 'Expired card' },
  { number: '4000000000000127', brand: 'visa', behaviour: 'incorrect_cvc', says: 'Wrong security code' },
  { number: '4000000000000119', brand: 'visa', behaviour: 'processing_error', says: 'Processing error' },
  { number: '5555555555554444', brand: 'mastercard', behaviour: 'succeeds', says: 'Payment succeeds (Mastercard)' },
  { number: '378282246310005', brand: 'amex', behaviour: 'succeeds', says: 'Payment succeeds (American Express)' },
]

/** Why a payment did not go through, in the words of the API. */
export interface Decline {
  code: string
  declineCode: string | null
  message: string
}

const DECLINES: Partial<Record<CardBehaviour, Decline>> = {
  declined: { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' },
  insufficient_funds: { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' },
  expired_card: { code: 'expired_card', declineCode: 'expired_card', message: 'Your card has expired.' },
  incorrect_cvc: { code: 'incorrect_cvc', declineCode: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  processing_error: {
    code: 'processing_error',
    declineCode: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
}
export const declineOf = (behaviour: CardBehaviour | BankMethod): Decline | null => DECLINES[behaviour as CardBehaviour] ?? null

/** A renewal by a card that wants its holder, or by one that stopped working. */
export const offSessionDecline = (behaviour: CardBehaviour | BankMethod): Decline | null => {
  if (behaviour === 'fails_later') return DECLINES.declined!
  if (behaviour === 'always_authenticates')
    return {
      code: 'authentication_required',
      declineCode: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
    }
  return declineOf(behaviour)
}

export interface CardEntry {
  number: string
  /** `MM/YY` or `MM/YYYY`. */
  exp: string
  cvc: string
}
export interface ReadCard {
  behaviour: CardBehaviour
  brand: TestCard['brand']
  last4: string
  expMonth: number
  expYear: number
}

const luhn = (digits: string) =>
  [...digits].reverse().reduce((sum, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return sum + (doubled > 9 ? doubled - 9 : doubled)
  }, 0) %
    10 ===
  0

/** Checks what the form can check before anything is charged. */
export function readCard(world: Pick<World, 'clock'>, entry: CardEntry): ReadCard | Decline {
  const number = entry.number.replace(/[\s-]/g, '')
  if (!/^\d{12,19}$/.test(number) || !luhn(number))
    return { code: 'incorrect_number', declineCode: null, message: 'Your card number is invalid.' }
  const exp = /^\s*(\d{1,2})\s*[/-]?\s*(\d{2}|\d{4})\s*$/.exec(entry.exp)
  const month = Number(exp?.[1])
  if (!exp || month < 1 || month > 12)
    return { code: 'invalid_expiry_month', declineCode: null, message: "Your card's expiration date is invalid." }
  const year = Number(exp[2]) + (exp[2]!.length === 2 ? 2000 : 0)
  const today = world.clock.now()
  if (year * 12 + month < today.getUTCFullYear() * 12 + today.getUTCMonth() + 1)
    return { code: 'invalid_expiry_year', declineCode: null, message: "Your card's expiration date is in the past." }
  if (!/^\d{3,4}$/.test(entry.cvc.trim()))
    return { code: 'invalid_cvc', declineCode: null, message: "Your card's security code is invalid." }
  const card = TEST_CARDS.find((one) => one.number === number)
  if (!card)
    return {
      code: 'card_declined',
      declineCode: 'test_mode_live_card',
      message: 'Your card was declined. This is a sandbox: only test cards work here.',
    }
  return { behaviour: card.behaviour, brand: card.brand, last4: number.slice(-4), expMonth: month, expYear: year }
}
