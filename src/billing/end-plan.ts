import { formatMoney } from '../kit/money.ts'
import { DAY, later } from '../kit/time.ts'
import type { Ending, Order, ServerEnd } from '../orders/index.ts'
import { isOver } from './rules.ts'

export interface EndAsk {
  when: 'now' | 'period_end'
  refund: { kind: 'none' } | { kind: 'full' } | { kind: 'part'; cents: number }
  server: ServerEnd
}
/** What a decision about an end is made of, read at one moment. */
export interface EndFacts {
  order: Order
  subscription: { status: string; endedAt: Date | null; currentPeriodEnd: Date | null } | null
  /** Null: Stripe was not asked, since no money is to go back. */
  money: { paidCents: number; leftCents: number; currency: string } | null
  /** The same part was asked for before: it is not a second one. */
  isRepeat: boolean
}
/** What is to be written. Null: stays as it is. */
export interface EndChange {
  cancel: boolean
  deleteAt: Date | null
  ending: { server: ServerEnd } | null
  refund: { kind: 'full' | 'part'; cents: number } | null
}
export type EndDecision = { refused: EndRefusal } | { will: string[]; change: EndChange }
export type EndRefusal = { why: 'not_delivered' } | { why: 'too_much'; leftCents: number; currency: string } | { why: 'no_subscription' }

const instant = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/**
 * How an order ends, in words and as what is written: a dry run prints the first, the deed does the second. Asked again it finds
 * nothing left to do.
 */
export function decideEnd(ask: EndAsk, facts: EndFacts, now: Date): EndDecision {
  const { order, money } = facts
  const refund = decideRefund(ask, facts)
  if ('refused' in refund) return refund
  const ended = order.status === 'canceled'
  const atEnd = ask.when === 'period_end' && !ended
  if (atEnd && order.deliveredAt === null) return { refused: { why: 'not_delivered' } }
  if (atEnd && !order.stripeSubscriptionId) return { refused: { why: 'no_subscription' } }
  const will = [...(atEnd ? endsLater(ask, facts) : endsNow(ask, facts, now)), ...refund.will]
  const deleteAt = atEnd ? null : deletionOf(ask.server, order, now)
  const change: EndChange = {
    cancel: !ended && !atEnd,
    deleteAt,
    ending: atEnd && !isSame(order.ending, ask.server) ? { server: ask.server } : null,
    refund: refund.cents === null ? null : { kind: ask.refund.kind === 'part' ? 'part' : 'full', cents: refund.cents },
  }
  if (refund.cents !== null && money)
    will.push(`Stripe then has ${formatMoney(money.leftCents - refund.cents, money.currency)} of it left.`)
  return { will: isNothing(change) ? ['Nothing: all of this was asked for before.'] : will, change }
}

export const isNothing = (change: EndChange): boolean => !change.cancel && !change.deleteAt && !change.ending && !change.refund

const isSame = (ending: Ending | null, server: ServerEnd): boolean =>
  ending?.atPeriodEnd === true && JSON.stringify(ending.server) === JSON.stringify(server)

/** The instant to write, null where nothing is asked or an earlier one stands. */
function deletionOf(server: ServerEnd, { deleteWantedAt }: Order, now: Date): Date | null {
  if (server.kind === 'keep') return null
  if (server.kind === 'now') return deleteWantedAt && deleteWantedAt <= now ? null : now
  // Asked again, a day of grace is not begun anew.
  return deleteWantedAt ? null : later(now, server.days * DAY)
}

function endsNow({ server }: EndAsk, { order, subscription }: EndFacts, now: Date): string[] {
  const name = order.pterodactylServerIdentifier ?? null
  const will: string[] = []
  if (order.status !== 'canceled') {
    will.push('The order is canceled now; that is final.')
    will.push(
      subscription && isOver(subscription)
        ? 'Its subscription at Stripe has ended already.'
        : order.stripeSubscriptionId
          ? 'Its subscription at Stripe ends now, without proration; nothing more is charged.'
          : 'Its subscription, once Stripe names it, ends without proration.',
    )
    will.push(
      name ? `The server ${name} is suspended at once.` : 'No server stands yet; one that is being made is suspended as soon as it stands.',
    )
    will.push('The customer is told by mail.')
  }
  if (order.deleteWantedAt && server.kind !== 'now')
    will.push(`The server is deleted on ${instant(order.deleteWantedAt)}, as asked before.`)
  else if (server.kind === 'now') will.push('The server and its files are deleted now. That cannot be undone.')
  else if (server.kind === 'later')
    will.push(`The server and its files are deleted on ${instant(later(now, server.days * DAY))}. Until then that can be undone.`)
  else will.push('The server stays on the panel, suspended, and keeps its place.')
  return will
}

function endsLater({ server }: EndAsk, { subscription }: EndFacts): string[] {
  const at = subscription?.currentPeriodEnd
  const then = at ? `on ${instant(at)}` : 'with the period that is paid for'
  const deleted = {
    now: 'deleted with its files at that moment',
    later: server.kind === 'later' ? `suspended then, and deleted ${server.days} days after` : '',
    keep: 'suspended then, and kept',
  }[server.kind]
  return [
    `Its subscription at Stripe ends ${then}; nothing more is charged. Until then this can be undone and everything goes on.`,
    `The order is canceled at that moment, its server ${deleted}.`,
    'The customer is told by mail.',
  ]
}

function decideRefund(ask: EndAsk, { money, isRepeat }: EndFacts): { will: string[]; cents: number | null } | { refused: EndRefusal } {
  const { refund } = ask
  if (refund.kind === 'none' || !money) return { will: ['No money goes back.'], cents: null }
  const { leftCents, paidCents, currency } = money
  const of = `${formatMoney(paidCents, currency)} paid`
  if (refund.kind === 'part' && isRepeat)
    return { will: [`${formatMoney(refund.cents, currency)} was asked for before, for the same reason: it goes back once.`], cents: null }
  if (refund.kind === 'part' && refund.cents > leftCents) return { refused: { why: 'too_much', leftCents, currency } }
  const cents = refund.kind === 'part' ? refund.cents : leftCents
  if (cents === 0) return { will: [`Nothing is left to give back of ${of}.`], cents: null }
  return { will: [`${formatMoney(cents, currency)} of ${of} goes back to the customer.`], cents }
}
