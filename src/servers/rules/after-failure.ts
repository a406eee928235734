import { backOffMs, later, SECOND } from '../../kit/time.ts'
import type { OrderStatus } from '../../orders/contract.ts'
import type { ServersSettings } from '../settings.ts'
import { type Asked, answerOf, type Effect, type Meaning } from './answer.ts'
import type { Attempt } from './want.ts'

/** How often the panel is asked again whether it takes our key. */
const KEY_LOOK_MS = 60 * SECOND

/** Reads change nothing, and the accounts room looks after its own unknown results: both are simply tried again. */
export const effectOn = (step: Asked['step'], effect: Effect): Effect => {
  if (step !== 'account' && step !== 'look_up') return effect
  if (effect.startsWith('look_up')) return 'back_off'
  return step === 'look_up' && effect === 'stop' ? 'back_off' : effect
}

/** The attempt as it stands after a failed call; null: closed, nothing is open. A failed look-up leaves open what was open. */
export function attemptAfter(attempt: Attempt | null, step: Asked['step'], effect: Effect, now: Date): Attempt | null {
  if (!attempt || step === 'look_up') return attempt
  if (effect === 'look_up_after_35s') return attempt
  if (effect === 'look_up_now') return { ...attempt, answer: 'refused', answeredAt: now }
  if (effect === 'look_up_taken') return { ...attempt, answer: 'taken', answeredAt: now }
  return null
}

/** Where an order stands after a failed call. A canceled one stays so, a delivered one is never put back. */
export function statusAfter(
  order: { status: OrderStatus; deliveredAt: Date | null; hasServer: boolean },
  effect: Effect,
  open: Attempt | null,
): OrderStatus {
  if (order.status === 'canceled' || order.deliveredAt !== null) return order.status
  if (effect === 'stop') return 'error'
  if (open) return order.status
  return order.hasServer ? 'installing' : 'paid'
}

/** When to go on; null: not before a person has decided. `ends`: the failure puts the order into `error`. */
export function nextTryAt(
  meaning: Pick<Meaning, 'failure'>,
  about: { effect: Effect; failures: number; attempt: Attempt | null; ends: boolean; now: Date; random?: () => number },
  settings: Pick<ServersSettings, 'unknownWaitMs' | 'capacityWaitMs' | 'panelRoomWaitMs' | 'backOffMsMax'>,
): Date | null {
  const { now } = about
  switch (about.effect) {
    case 'stop':
      return about.ends ? null : later(now, settings.backOffMsMax)
    case 'look_up_after_35s':
      return later(about.attempt?.startedAt ?? now, settings.unknownWaitMs)
    case 'other_ports':
      return now
    case 'wait_capacity':
      return later(now, answerOf(meaning.failure) ? settings.panelRoomWaitMs : settings.capacityWaitMs)
    case 'wait_for_key':
      return later(now, KEY_LOOK_MS)
    default:
      return later(now, meaning.failure.retryAfterMs ?? backOffMs(about.failures, settings.backOffMsMax, about.random))
  }
}
