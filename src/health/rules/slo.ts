/** The promise: so many of a hundred orders have their server within so long. */
export const SLO = { target: 0.99, seconds: 300, days: 30 } as const

/**
 * Upper bounds, in seconds, of the buckets in `provisioning_hours.buckets`; one more bucket holds what took longer.
 * Close together where deliveries are, so that a percentile read from them is off by a tenth at most.
 */
export const BOUNDS = [
  5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 90, 100, 110, 120, 135, 150, 180, 210, 240, 300, 360, 420, 600, 900, 1_800,
  3_600, 7_200, 21_600, 86_400,
]

export const noBuckets = (): number[] => Array.from({ length: BOUNDS.length + 1 }, () => 0)
export const addBuckets = (sum: number[], more: number[]): number[] => sum.map((count, i) => count + (more[i] ?? 0))

/** The value that `share` of all lie below, between the bounds of its bucket; null with nothing counted. */
export function quantile(buckets: number[], share: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const wanted = share * total
  let below = 0
  for (const [i, count] of buckets.entries()) {
    if (count > 0 && below + count >= wanted) {
      const from = i === 0 ? 0 : (BOUNDS[i - 1] ?? 0)
      const to = BOUNDS[i] ?? from
      return from + ((to - from) * (wanted - below)) / count
    }
    below += count
  }
  return BOUNDS.at(-1) ?? null
}

export interface Budget {
  /** Orders whose time is over, and those of them that had their server in time. */
  orders: number
  inTime: number
  /** Null with no orders. */
  compliance: number | null
  /** How many orders may be late in these days, and what share of that is left; below 0: overspent. */
  allowed: number
  late: number
  left: number
}

export function errorBudget({ inTime, late }: { inTime: number; late: number }, target: number = SLO.target): Budget {
  const orders = inTime + late
  const allowed = (1 - target) * orders
  return { orders, inTime, late, allowed, compliance: orders === 0 ? null : inTime / orders, left: orders === 0 ? 1 : 1 - late / allowed }
}
