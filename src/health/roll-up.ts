import { DAY, HOUR, later } from '../kit/time.ts'
import type { World } from '../world.ts'
import { SLO } from './rules/slo.ts'
import { countHours, hourOf, hoursToCount } from './store/hours.ts'
import { sumUpHours } from './store/sums.ts'

/** Orders of so many hours change by the minute. */
const FRESH_HOURS = 3
/** Of older hours so many are counted at a time: a shop that was never counted catches up within minutes. */
const OLDER_MAX = 96
/** The SLO's days, and one for a page that stands at its edge. */
const BACK_MS = (SLO.days + 1) * DAY

/** Counts by the hour what became of the orders paid in it. Done again it says the same. */
export async function rollUp(world: Pick<World, 'db' | 'now'>): Promise<void> {
  const now = world.now()
  const thisHour = hourOf(now)
  const end = later(thisHour, HOUR)
  const fresh = later(thisHour, -(FRESH_HOURS - 1) * HOUR)
  await countHours(world.db.q, { from: fresh, to: end, now })
  const older = await hoursToCount(world.db.q, { from: hourOf(later(now, -BACK_MS)), to: later(fresh, -HOUR), now, limit: OLDER_MAX })
  for (const { from, to } of runs(older)) await countHours(world.db.q, { from, to, now })
  await sumUpHours(world.db.q, hourOf(later(now, -BACK_MS)))
}

/** Hours side by side are counted together. */
function runs(hours: Date[]): { from: Date; to: Date }[] {
  const found: { from: Date; to: Date }[] = []
  for (const hour of hours) {
    const last = found.at(-1)
    if (last && last.to.getTime() === hour.getTime()) last.to = later(hour, HOUR)
    else found.push({ from: hour, to: later(hour, HOUR) })
  }
  return found
}
