import { BANK_METHODS } from '../payments/cards.ts'
import { newDiscount } from '../payments/discounts.ts'
import { answerAuthentication, type PayAnswer, payByBank, payByCard } from '../payments/pay-session.ts'
import { usableCode } from '../resources/promotion-codes.ts'
import { totalsOf } from '../resources/session-shape.ts'
import { withDiscounts } from '../resources/sessions.ts'
import type { Session } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { door, type Reply, sentTo, shown, told, type Visit } from './door.ts'
import { authenticationPage, closedPage, notFoundPage, payPage, successUrl } from './pay-page.ts'

const nothing = () => shown(notFoundPage(), 404)

/** A try with what a form or a command line said. `quick` is a test card's button: the rest is filled in for it. */
export function pay(world: World, session: Session, said: Record<string, string>): PayAnswer {
  const payer = { name: said['name'] || null, email: said['email'] || null }
  const bank = BANK_METHODS.find((type) => type === said['method'])
  if (bank) return payByBank(world, session, bank, payer)
  const number = said['quick'] || said['number'] || said['card'] || ''
  const filled = said['quick'] || said['card']
  return payByCard(
    world,
    session,
    { number, exp: said['exp'] || (filled ? '12/44' : ''), cvc: said['cvc'] || (filled ? '123' : '') },
    payer,
  )
}

function leave(world: World, answer: PayAnswer): Reply {
  const { session } = answer
  if (answer.outcome === 'paid' || answer.outcome === 'processing') return sentTo(successUrl(session))
  if (answer.outcome === 'authentication_required') return sentTo(`/pay/${session.id}/3ds`)
  if (answer.outcome === 'declined') return shown(payPage(world, session, answer.decline.message), 402)
  return shown(closedPage(session), 410)
}

const withSession = (act: (visit: Visit, session: Session) => Reply) => (visit: Visit) => {
  const session = visit.world.rows.sessions.get(visit.id)
  return session ? act(visit, session) : nothing()
}

function applyCode(world: World, session: Session, typed: string): Session | null {
  const plan = world.rows.sessionPlans.get(session.id)
  const code = usableCode(world, typed)
  const coupon = world.rows.coupons.get(code?.promotion.coupon ?? '')
  if (!plan || !code || !coupon) return null
  const discounts = [newDiscount(world, coupon, code.id)]
  const lines = withDiscounts(world, plan.lines, discounts)
  const reduced: Session = { ...session, ...totalsOf(lines), discounts: [{ coupon: null, promotion_code: code.id }] }
  world.rows.sessionPlans.set(session.id, { ...plan, lines, discounts, paymentIntent: null })
  world.rows.sessions.set(session.id, reduced)
  return reduced
}

/** What `POST /sandbox/sessions/:id/pay` tells a test or a command line. */
export function payAnswerJson(answer: PayAnswer): Reply {
  const { outcome, session } = answer
  const state = { outcome, session: session.id, status: session.status, payment_status: session.payment_status }
  if (outcome === 'declined') return told({ ...state, ...answer.decline }, 402)
  if (outcome === 'closed') return told(state, 409)
  return told({ ...state, next: outcome === 'authentication_required' ? `/pay/${session.id}/3ds` : successUrl(session) })
}

export const payDoors = [
  door(
    'GET',
    '/pay/:id',
    withSession(({ world }, session) => (session.status === 'open' ? shown(payPage(world, session, null)) : shown(closedPage(session)))),
  ),
  door(
    'POST',
    '/pay/:id',
    withSession(({ world, said }, session) => leave(world, pay(world, session, said))),
  ),
  door(
    'GET',
    '/pay/:id/3ds',
    withSession(({ world }, session) =>
      world.rows.sessionPlans.get(session.id)?.awaiting && session.status === 'open'
        ? shown(authenticationPage(session))
        : sentTo(`/pay/${session.id}`),
    ),
  ),
  door(
    'POST',
    '/pay/:id/3ds',
    withSession(({ world, said }, session) => leave(world, answerAuthentication(world, session, said['answer'] === 'complete'))),
  ),
  door(
    'POST',
    '/pay/:id/promotion',
    withSession(({ world, said }, session) => {
      if (session.status !== 'open') return shown(closedPage(session), 410)
      const reduced = applyCode(world, session, said['promotion_code'] ?? '')
      return reduced ? sentTo(`/pay/${session.id}`) : shown(payPage(world, session, 'This code is invalid.'), 400)
    }),
  ),
]
