import { SECOND } from '../../kit/time.ts'
import { type Condition, isTooMuch, type Sighting } from './conditions.ts'

/** An alert that is not resolved: pending until it has lasted as long as its rule says, firing from then on. */
export interface OpenAlert {
  id: string
  subject: string
  since: Date
  firedAt: Date | null
  calmSince: Date | null
}
export interface RuleState {
  threshold: number
  forSeconds: number
  enabled: boolean
}
export type Change =
  /** Seen for the first time; `fire`: and it need not last. */
  | { do: 'open'; sighting: Sighting; fire: boolean }
  | { do: 'keep'; id: string; sighting: Sighting; fire: boolean }
  /** Below its threshold: resolved when that has lasted. */
  | { do: 'calm'; id: string }
  | { do: 'resolve'; id: string }
  /** Gone before it had lasted long enough to be told. */
  | { do: 'forget'; id: string }

/** So long must a thing be over before its alert is: what comes and goes by the minute is one alert. */
export const CALM_MS = 60 * SECOND

/** What becomes of one rule's alerts, from what was measured now and what is open. */
export function settle(condition: Condition, rule: RuleState, seen: { open: OpenAlert[]; sightings: Sighting[]; now: Date }): Change[] {
  const { open, now } = seen
  const known = new Map(open.map((alert) => [alert.subject, alert]))
  const tooMuch = rule.enabled
    ? seen.sightings.filter((one) => isTooMuch(condition, one.value, rule.threshold, known.get(one.subject)?.firedAt != null))
    : []
  const still = new Set(tooMuch.map((one) => one.subject))
  const lastsSince = (since: Date) => now.getTime() - since.getTime() >= rule.forSeconds * SECOND

  const changes = tooMuch.map((sighting): Change => {
    const alert = known.get(sighting.subject)
    if (!alert) return { do: 'open', sighting, fire: rule.forSeconds === 0 }
    return { do: 'keep', id: alert.id, sighting, fire: alert.firedAt === null && lastsSince(alert.since) }
  })
  for (const { id, subject, firedAt, calmSince } of open) {
    if (still.has(subject)) continue
    if (firedAt === null) changes.push({ do: 'forget', id })
    // A rule that was switched off is over at once.
    else if (!rule.enabled) changes.push({ do: 'resolve', id })
    else if (calmSince === null) changes.push({ do: 'calm', id })
    else if (now.getTime() - calmSince.getTime() >= CALM_MS) changes.push({ do: 'resolve', id })
  }
  return changes
}
