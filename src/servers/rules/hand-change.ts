import type { OrderStatus } from '../../orders/contract.ts'
import type { ServersSettings } from '../settings.ts'
import type { Want } from './want.ts'

/** What follows a status that a person has set in SQL. */
export interface Settlement {
  status: OrderStatus
  /** Try again from where it stands. */
  retry: boolean
  suspend: boolean
  /** Null: what the person did is a procedure of the runbook, nothing to report. */
  finding: { kind: string; summary: string; remedy: string } | null
}

/**
 * `paid` or `error` by hand mean "retry", if nothing was delivered. `canceled` means: suspend at once, ask about deletion
 * and refund. Anything else states a fact that only the panel can state, so what we know is put back.
 */
export function settleHandChange(want: Want, now: Date, settings: Pick<ServersSettings, 'activeAfterMs'>): Settlement {
  const to = want.changedByHand?.to ?? want.status
  if (to === 'canceled')
    return {
      status: 'canceled',
      retry: false,
      suspend: true,
      finding: {
        kind: 'servers.canceled_by_hand',
        summary: 'The order was canceled in SQL. Its subscription ends and its server is suspended by itself.',
        remedy: 'Decide whether the server is deleted and whether the customer gets money back, then resolve this.',
      },
    }
  if ((to === 'paid' || to === 'error') && want.deliveredAt === null && want.canceledAt === null)
    return { status: 'paid', retry: true, suspend: false, finding: null }
  const status = trueStatus(want, now, settings)
  const finding =
    status === to
      ? null
      : {
          kind: 'servers.status_set_by_hand',
          summary: `The status was set to ${to} in SQL; the order is ${status}, which was put back.`,
          remedy: 'Use the console: retry, cancel, refund. Set only paid (retry) or canceled in SQL.',
        }
  return { status, retry: false, suspend: false, finding }
}

function trueStatus(want: Want, now: Date, settings: Pick<ServersSettings, 'activeAfterMs'>): OrderStatus {
  if (want.canceledAt !== null) return 'canceled'
  if (want.deliveredAt !== null) return now.getTime() - want.deliveredAt.getTime() >= settings.activeAfterMs ? 'active' : 'provisioned'
  if (want.changedByHand?.from === 'error') return 'error'
  if (want.attempt?.step === 'create') return 'provisioning'
  return want.serverId === null ? 'paid' : 'installing'
}
