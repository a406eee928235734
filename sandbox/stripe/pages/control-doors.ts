import { deliveriesOf, eventAsSeen, resend } from '../events/delivery.ts'
import { settleBankDebit } from '../payments/complete-session.ts'
import { closeDispute, openDispute } from '../payments/disputes.ts'
import { answerAuthentication } from '../payments/pay-session.ts'
import { expireSession } from '../resources/sessions.ts'
import { rollSecret } from '../resources/webhook-endpoints.ts'
import type { World } from '../world.ts'
import { door, type Reply, sentTo, shown, told, type Visit } from './door.ts'
import { invoicePage, operatorPage, receiptPage } from './operator-page.ts'
import { pay, payAnswerJson } from './pay-doors.ts'
import { notFoundPage } from './pay-page.ts'

const gone = (what: string) => told({ error: `no such ${what}` }, 404)
/** A person's button leads back to the page; a program gets the thing. */
const done = (visit: Visit, value: unknown): Reply => (visit.wantsJson ? told(value) : sentTo('/sandbox'))

export function stateOf(world: World) {
  const { rows } = world
  return {
    now: world.clock.now().toISOString(),
    sessions: rows.sessions.values(),
    customers: rows.customers.values(),
    subscriptions: rows.subscriptions.values(),
    invoices: rows.invoices.values(),
    invoicePayments: rows.invoicePayments.values(),
    paymentIntents: rows.paymentIntents.values(),
    charges: rows.charges.values(),
    refunds: rows.refunds.values(),
    disputes: rows.disputes.values(),
    endpoints: rows.endpoints.values(),
    events: rows.events.values().map((event) => ({ ...eventAsSeen(world, event), deliveries: deliveriesOf(world, event.id) })),
    agenda: rows.agenda.values(),
  }
}

const shownOrNot = (body: string | null) => (body ? shown(body) : shown(notFoundPage(), 404))

export const controlDoors = [
  door('GET', '/sandbox', ({ world }) => shown(operatorPage(world))),
  door('GET', '/sandbox/invoices/:id', ({ world, id }) => shownOrNot(invoicePage(world, id.replace(/\.pdf$/, '')))),
  door('GET', '/sandbox/receipts/:id', ({ world, id }) => shownOrNot(receiptPage(world, id))),
  door('GET', '/sandbox/state.json', ({ world }) => told(stateOf(world))),
  door('POST', '/sandbox/sessions/:id/pay', ({ world, id, said }) => {
    const session = world.rows.sessions.get(id)
    if (!session) return gone('session')
    const answer = pay(world, session, said)
    const confirm = said['authenticate']
    return payAnswerJson(
      answer.outcome === 'authentication_required' && confirm ? answerAuthentication(world, session, confirm === 'complete') : answer,
    )
  }),
  door('POST', '/sandbox/sessions/:id/settle', (visit) => {
    const settled = settleBankDebit(visit.world, visit.id, visit.said['outcome'] !== 'fail')
    return settled ? done(visit, settled) : told({ error: 'nothing to settle' }, 409)
  }),
  door('POST', '/sandbox/sessions/:id/expire', (visit) => {
    const session = visit.world.rows.sessions.get(visit.id)
    if (!session) return gone('session')
    return session.status === 'open'
      ? done(visit, expireSession(visit.world, session))
      : told({ error: `the session is ${session.status}` }, 409)
  }),
  door('POST', '/sandbox/events/:id/resend', (visit) => {
    const event = visit.world.rows.events.get(visit.id)
    return event ? done(visit, { resent: resend(visit.world, event) }) : gone('event')
  }),
  door('POST', '/sandbox/charges/:id/dispute', (visit) => {
    const dispute = openDispute(visit.world, visit.id, visit.said['reason'] || 'general')
    return dispute ? done(visit, dispute) : told({ error: 'no such paid charge, or it is disputed already' }, 409)
  }),
  door('POST', '/sandbox/disputes/:id/close', (visit) => {
    const closed = closeDispute(visit.world, visit.id, visit.said['outcome'] === 'won' ? 'won' : 'lost')
    return closed ? done(visit, closed) : told({ error: 'no such open dispute' }, 409)
  }),
  door('POST', '/sandbox/endpoints/:id/roll', (visit) => {
    if (!visit.world.rows.endpoints.get(visit.id)) return gone('endpoint')
    return told({
      secret: rollSecret(visit.world, visit.id, visit.said['overlap_seconds'] ? Number(visit.said['overlap_seconds']) : undefined),
    })
  }),
]
