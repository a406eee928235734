import type { Term } from '../../src/catalog/contract.ts'

/** Cents as a price: 1399, "usd" → "$13.99". */
export const money = (cents: number, currency: string) =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency: currency.toUpperCase() }).format(cents / 100)

/** A length of time in its two largest units: 72 → "1 min 12 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units: [size: number, name: string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const first = units.findIndex(([size]) => whole >= size)
  if (first === -1) return '0 s'
  const [size, name] = units[first]!
  const large = `${Math.floor(whole / size)} ${name}`
  const second = units[first + 1]
  const rest = second ? Math.floor((whole % size) / second[0]) : 0
  return second && rest > 0 ? `${large} ${rest} ${second[1]}` : large
}

/** How far an instant is from now, in one unit: "12 s ago", "in 4 min". */
export function distance(at: string, now: number): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000)
  if (Math.abs(seconds) < 2) return 'now'
  const [large] = duration(Math.abs(seconds)).match(/^\d+ \w+/)!
  return seconds > 0 ? `${large} ago` : `in ${large}`
}

/** An instant to the second with its zone, for the reader who hovers. */
export const exactly = (at: string) => new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' }).format(new Date(at))

export const shortly = (at: string) => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

export const toTheSecond = (at: string) =>
  new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    new Date(at),
  )

/** Gigabytes without a needless zero: 2.50 → "2.5". */
export const gb = (amount: number) => `${Number(amount.toFixed(1))} GB`

export const plural = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`

export const TERM_NAMES: Record<Term, string> = {
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  semi_annual: 'Half-yearly',
  yearly: 'Yearly',
}

export const TERM_RHYTHM: Record<Term, string> = {
  monthly: 'every month',
  quarterly: 'every 3 months',
  semi_annual: 'every 6 months',
  yearly: 'every year',
}

/** The day a term that starts now ends: 31 January plus one month is the last day of February, as Stripe bills it. */
export function termEnd(start: Date, months: number): Date {
  const end = new Date(start)
  end.setDate(1)
  end.setMonth(end.getMonth() + months)
  const last = new Date(end.getFullYear(), end.getMonth() + 1, 0).getDate()
  end.setDate(Math.min(start.getDate(), last))
  return end
}

export const dayOf = (date: Date) => new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(date)
