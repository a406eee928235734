import type { Price } from '../wire/shapes.ts'

type Recurring = NonNullable<Price['recurring']>

const lastDay = (year: number, month: number) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate()

/** `count` intervals after `from` (seconds). The 31st stays the 31st where the month has one. */
export function addIntervals(from: number, recurring: Recurring, count: number): number {
  const steps = recurring.interval_count * count
  if (recurring.interval === 'day') return from + steps * 86_400
  if (recurring.interval === 'week') return from + steps * 7 * 86_400
  const date = new Date(from * 1000)
  const months = date.getUTCMonth() + steps * (recurring.interval === 'year' ? 12 : 1)
  const year = date.getUTCFullYear() + Math.floor(months / 12)
  const month = ((months % 12) + 12) % 12
  const day = Math.min(date.getUTCDate(), lastDay(year, month))
  const time = from % 86_400
  return Date.UTC(year, month, day) / 1000 + time
}

/** The first boundary after `after`, counted from the anchor so that short months do not shift the later ones. */
export function nextBoundary(anchor: number, recurring: Recurring, after: number): number {
  for (let count = 1; ; count += 1) {
    const at = addIntervals(anchor, recurring, count)
    if (at > after) return at
  }
}
