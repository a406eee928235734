import { emit } from '../events/emit.ts'
import type { SessionPlan } from '../tables.ts'
import type { Customer, PaymentIntent, PaymentMethod, Session } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { BANK_METHODS, type BankMethod, type CardEntry, type Decline, declineOf, type ReadCard, readCard } from './cards.ts'
import { completeSession } from './complete-session.ts'
import { fail, openIntent, process, refuse, requireAction, saveIntent, succeed } from './intents.ts'
import { bankMethod, cardMethod } from './methods.ts'
import { newCustomer } from './new-customer.ts'

export interface Payer {
  name: string | null
  email: string | null
}
export type PayAnswer =
  | { outcome: 'paid' | 'processing'; session: Session }
  | { outcome: 'authentication_required'; session: Session }
  | { outcome: 'declined'; session: Session; decline: Decline }
  | { outcome: 'closed'; session: Session }

const fromCustomer = (world: World, session: Session): Customer | null => world.rows.customers.get(session.customer ?? '') ?? null

/** The intent of this session, opened at its first try and kept for the later ones. */
function intentOf(world: World, session: Session, plan: SessionPlan): PaymentIntent {
  const known = world.rows.paymentIntents.get(plan.paymentIntent ?? '')
  if (known) return known
  const intent = openIntent(world, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer: session.customer,
    description: session.mode === 'subscription' ? 'Subscription creation' : plan.intentData.description,
    metadata: session.mode === 'subscription' ? {} : plan.intentData.metadata,
    types: session.payment_method_types,
    offSession: session.mode === 'subscription',
    receiptEmail: null,
  })
  world.rows.sessionPlans.set(plan.id, { ...plan, paymentIntent: intent.id })
  return intent
}

/** The customer of a finished session: the one it was made for, or a new one where the mode wants one. */
function ensureCustomer(world: World, session: Session, payer: Payer): Customer | null {
  const known = fromCustomer(world, session)
  if (known) return known
  if (session.mode !== 'subscription' && session.customer_creation !== 'always') return null
  const made = newCustomer(world, { email: session.customer_email ?? payer.email, name: payer.name })
  emit(world, 'customer.created', made)
  return made
}

const free = (session: Session) => session.amount_total === 0

/** What pressing "Pay" with a card does. A declined card leaves the session open for another try. */
export function payByCard(world: World, session: Session, entry: CardEntry, payer: Payer): PayAnswer {
  if (session.status !== 'open') return { outcome: 'closed', session }
  const card = readCard(world, entry)
  if ('message' in card) return { outcome: 'declined', session, decline: card }
  const plan = world.rows.sessionPlans.get(session.id)!
  if (free(session)) return finish(world, session, card, payer, false)
  if (card.behaviour !== 'authenticates' && card.behaviour !== 'always_authenticates') return finish(world, session, card, payer, false)
  const intent = intentOf(world, session, plan)
  const kept = world.rows.sessionPlans.get(session.id)!
  world.rows.sessionPlans.set(session.id, { ...kept, awaiting: { ...card, ...payer } })
  requireAction(world, intent, `${world.settings.publicUrl}/pay/${session.id}/3ds`)
  return { outcome: 'authentication_required', session }
}

/** The holder confirmed the payment to the bank, or did not. */
export function answerAuthentication(world: World, session: Session, confirmed: boolean): PayAnswer {
  const plan = world.rows.sessionPlans.get(session.id)!
  const { awaiting } = plan
  if (session.status !== 'open' || !awaiting) return { outcome: 'closed', session }
  world.rows.sessionPlans.set(session.id, { ...plan, awaiting: null })
  const payer = { name: awaiting.name, email: awaiting.email }
  if (confirmed) return finish(world, session, awaiting, payer, true)
  const decline = {
    code: 'payment_intent_authentication_failure',
    declineCode: null,
    message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  }
  refuse(world, intentOf(world, session, plan), cardMethod(world, awaiting, payer), decline)
  return { outcome: 'declined', session, decline }
}

function finish(world: World, session: Session, card: ReadCard, payer: Payer, authenticated: boolean): PayAnswer {
  const holder = { name: payer.name, email: payer.email ?? session.customer_email ?? fromCustomer(world, session)?.email ?? null }
  const method = cardMethod(world, card, holder)
  const decline = authenticated ? null : declineOf(card.behaviour)
  if (free(session)) {
    const customer = ensureCustomer(world, session, holder)
    return {
      outcome: 'paid',
      session: completeSession(world, { session, customer, method, intent: null, status: 'no_payment_required', holder }),
    }
  }
  const intent = intentOf(world, session, world.rows.sessionPlans.get(session.id)!)
  if (decline) {
    fail(world, intent, method, decline)
    return { outcome: 'declined', session, decline }
  }
  const customer = ensureCustomer(world, session, holder)
  const paid = succeed(world, saveIntent(world, { ...intent, customer: customer?.id ?? null }), method, authenticated)
  return { outcome: 'paid', session: completeSession(world, { session, customer, method, intent: paid, status: 'paid', holder }) }
}

export const bankMethodsOf = (session: Session): BankMethod[] => BANK_METHODS.filter((type) => session.payment_method_types.includes(type))

/** A debit that takes days: the session is complete at once and unpaid until the bank has answered. */
export function payByBank(world: World, session: Session, type: BankMethod, payer: Payer): PayAnswer {
  if (session.status !== 'open') return { outcome: 'closed', session }
  if (!bankMethodsOf(session).includes(type)) {
    const decline = { code: 'payment_method_unavailable', declineCode: null, message: 'This way to pay is not offered for this purchase.' }
    return { outcome: 'declined', session, decline }
  }
  const holder = { name: payer.name, email: payer.email ?? session.customer_email ?? fromCustomer(world, session)?.email ?? null }
  const method: PaymentMethod = bankMethod(world, type, holder)
  const customer = ensureCustomer(world, session, holder)
  const intent = intentOf(world, session, world.rows.sessionPlans.get(session.id)!)
  const processing = process(world, saveIntent(world, { ...intent, customer: customer?.id ?? null }), method)
  const done = completeSession(world, { session, customer, method, intent: processing, status: 'unpaid', holder })
  world.agenda.plan('session.settle', session.id, world.clock.now().getTime() + world.settings.bankDebitMs)
  return { outcome: 'processing', session: done }
}
