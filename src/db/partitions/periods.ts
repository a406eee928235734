/** Days and months of UTC: what one partition holds. */
export type Every = 'day' | 'month'

export interface Period {
  from: Date
  /** The first instant that is not in it. */
  to: Date
}

/** The period that an instant lies in, or the one so many after it. */
export function periodOf(every: Every, at: Date, after = 0): Period {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  const start = (n: number) => new Date(every === 'day' ? Date.UTC(year, month, day + n) : Date.UTC(year, month + n, 1))
  return { from: start(after), to: start(after + 1) }
}

/** `stripe_events_2026_11`, or `…_2026_11_24`. */
export const nameOf = (table: string, every: Every, { from }: Period): string =>
  `${table}_${from
    .toISOString()
    .slice(0, every === 'day' ? 10 : 7)
    .replaceAll('-', '_')}`
