import type { StoredFailure } from '../kit/failure.ts'
import { HOUR, MINUTE } from '../kit/time.ts'
import type { OrderStatus, OrderView } from './contract.ts'
import type { Checkout, Order } from './order.ts'

/** Pure: what a buyer reads about an order. Words only say what is known; when we look again is a date, never "soon". */
type Step = OrderView['steps'][number]
type Steps = Record<Step['id'], Step['state']>

const TITLES: Record<Step['id'], string> = {
  payment: 'Payment',
  account: 'Panel account',
  create: 'Server',
  install: 'Game',
  ready: 'Ready',
}
const TEXTS: Record<Step['id'], Record<Step['state'], string>> = {
  payment: { done: 'Received, thank you.', now: 'Waiting for your payment.', waiting: 'Not yet.', trouble: 'Not paid.' },
  account: {
    done: 'Your panel account is there.',
    now: 'We set up your panel account.',
    waiting: 'Comes after the payment.',
    trouble: 'Being looked into.',
  },
  create: {
    done: 'Made on the panel.',
    now: 'We make your server on the panel.',
    waiting: 'Its place is held.',
    trouble: 'Being looked into.',
  },
  install: { done: 'Installed.', now: 'The game is being installed.', waiting: 'Comes next.', trouble: 'Being looked into.' },
  ready: { done: 'You can play.', now: 'Almost there.', waiting: 'We mail you.', trouble: 'Being looked into.' },
}
const ORDER: Step['id'][] = ['payment', 'account', 'create', 'install', 'ready']

/** Steps done for each status; the rest follows. An order that stopped is as far as what it has. */
function doneSteps(order: Pick<Order, 'status' | 'pterodactylServerId' | 'deliveredAt'>, hasAccount: boolean): number {
  if (order.deliveredAt || order.status === 'provisioned' || order.status === 'active') return 5
  if (order.pterodactylServerId || order.status === 'installing') return 3
  return hasAccount ? 2 : 1
}

export function stepsOf(order: Order, hasAccount: boolean): Step[] {
  const done = doneSteps(order, hasAccount)
  const stopped = order.status === 'error' || order.status === 'canceled' || order.failure !== null
  const states = Object.fromEntries(
    ORDER.map((id, index) => [id, index < done ? 'done' : index > done ? 'waiting' : stopped ? 'trouble' : 'now']),
  ) as Steps
  const at: Partial<Record<Step['id'], Date>> = { payment: order.createdAt, ...(order.deliveredAt ? { ready: order.deliveredAt } : {}) }
  const steps = view(states, at)
  return order.status === 'canceled' ? steps.map(ended) : steps
}

/** Of a canceled order nothing is under way, and its server plays no more. */
const ended = (step: Step): Step => {
  if (step.id === 'ready') return { ...step, state: 'trouble', text: 'This order is canceled.' }
  return step.state === 'done' ? step : { ...step, text: 'Not any more.' }
}

export function checkoutSteps(checkout: Pick<Checkout, 'state'>): Step[] {
  const over = checkout.state === 'expired'
  const steps = view({ payment: over ? 'trouble' : 'now', account: 'waiting', create: 'waiting', install: 'waiting', ready: 'waiting' }, {})
  const said = { paying: 'Your bank confirms the payment; that can take some days.', expired: 'Not paid in time. Nothing was charged.' }
  const text = said[checkout.state as keyof typeof said]
  return text ? steps.map((step) => (step.id === 'payment' ? { ...step, text } : step)) : steps
}

const view = (states: Steps, at: Partial<Record<Step['id'], Date>>): Step[] =>
  ORDER.map((id) => ({ id, title: TITLES[id], state: states[id], text: TEXTS[id][states[id]], at: at[id]?.toISOString() ?? null }))

/** A typical installation; the bar nears its end and waits there. */
const INSTALL_MS = 90_000
const REACHED: Record<OrderStatus, number> = {
  paid: 20,
  provisioning: 35,
  installing: 50,
  provisioned: 100,
  active: 100,
  error: 20,
  canceled: 0,
}

/** 0..100 for a bar: by status, and within the installation by time. */
export function progressOf(order: Pick<Order, 'status' | 'updatedAt' | 'deliveredAt'>, now: Date): number {
  if (order.deliveredAt && order.status !== 'canceled') return 100
  if (order.status !== 'installing') return REACHED[order.status]
  const passed = Math.max(0, now.getTime() - order.updatedAt.getTime())
  return Math.round(REACHED.installing + 45 * (1 - Math.exp(-passed / INSTALL_MS)))
}

/** What happened, what we do, when we look again: in the customer's words, by the kind of failure alone. */
export function troubleOf(order: Order, cancelAfterHours: number): OrderView['trouble'] {
  if (order.status === 'canceled')
    return {
      title: 'Canceled',
      text: endedWords(order),
      nextCheckAt: null,
    }
  const failure = order.failure
  if (!failure && order.status !== 'error') return null
  return {
    ...words(failure, order.deliveredAt !== null, backBy(order, cancelAfterHours)),
    nextCheckAt: order.nextCheckAt?.toISOString() ?? null,
  }
}

/** Only once Stripe has said so is a subscription over, or money on its way. */
function endedWords({ refundWanted, moneySettledAt }: Order): string {
  if (!moneySettledAt) return `This order is canceled. Its subscription is being ended${refundWanted ? ' and its payment given back' : ''}.`
  return refundWanted
    ? 'This order is canceled and its payment is on the way back to you. Banks take 5 to 10 days to show it.'
    : 'This order is canceled and its subscription has ended; nothing more is charged. If you did not ask for this, write to us.'
}

/** When the system itself gives up and refunds. */
const backBy = (order: Order, cancelAfterHours: number): string => {
  const at = new Date(order.createdAt.getTime() + cancelAfterHours * HOUR)
  return `${new Date(Math.round(at.getTime() / MINUTE) * MINUTE).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function words(failure: StoredFailure | null, delivered: boolean, backByDate: string): { title: string; text: string } {
  if (delivered)
    return {
      title: 'We look into your server',
      text: 'The panel reports something about your server that we did not expect. Our operators have been told; you need not do anything.',
    }
  const promise = `If it is not delivered by ${backByDate}, you get your money back without asking.`
  switch (failure?.kind) {
    case 'full':
      return {
        title: 'Waiting for room',
        text: `Every server of this region is taken at this moment. Yours is made as soon as there is room. ${promise}`,
      }
    case 'unavailable':
      return { title: 'A short delay', text: `The game panel does not answer as it should. We try again by ourselves. ${promise}` }
    default:
      return {
        title: 'We are on it',
        text: `Your server could not be made, for a reason on our side. Our operators have been told; you need not do anything. ${promise}`,
      }
  }
}
