import type { Repair } from './repair-finding.ts'

/** A repair with a verb for each of its ways; `repairFinding` lets only ways of the table through. */
export const byWay =
  <W>(ways: Record<string, Repair<W>>): Repair<W> =>
  (world, ask) => {
    const repair = Object.hasOwn(ways, ask.way) ? ways[ask.way] : undefined
    if (!repair) throw new Error(`${ask.finding.kind} has no verb for the way ${ask.way}`)
    return repair(world, ask)
  }
