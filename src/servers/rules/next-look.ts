import { HOUR, later, SECOND } from '../../kit/time.ts'
import type { ServersSettings } from '../settings.ts'
import { CANCELED_LOOK_MS, decisiveFrom } from './plan.ts'
import type { Want } from './want.ts'

/** Never sooner than this: whatever is overdue and yet has no step must not spin. */
const SOONEST_MS = 30 * SECOND

/** How often a change of plan looks for a server that is gone. */
const RESIZE_LOOK_MS = HOUR

/** When to look at an order again with nothing to do now; null: not until something wakes it. */
export function nextLook(want: Want, now: Date, settings: ServersSettings): Date | null {
  const at = due(want, now, settings)
  return at !== null && at <= now ? later(now, SOONEST_MS) : at
}

function due(want: Want, now: Date, settings: ServersSettings): Date | null {
  const held = want.nextCheckAt !== null && want.nextCheckAt > now ? want.nextCheckAt : null
  if (want.attempt) return decisiveFrom(want.attempt, settings)
  if (want.failureCode !== null && held) return held
  if (want.resizeWanted && (want.status === 'provisioned' || want.status === 'active')) return held ?? later(now, RESIZE_LOOK_MS)
  switch (want.status) {
    case 'paid':
    case 'provisioning':
      return held ?? now
    case 'installing':
      return later(want.installingSince ?? now, settings.installMsMax)
    case 'provisioned':
      return later(want.deliveredAt ?? now, settings.activeAfterMs)
    case 'canceled':
      if (want.deleteWantedAt !== null && want.deleteWantedAt > now) return want.deleteWantedAt
      return want.place === null ? null : later(now, CANCELED_LOOK_MS)
    case 'active':
    case 'error':
      return null
  }
}
