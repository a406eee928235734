import { termCents } from '../../kit/money.ts'
import type { PriceView, Term } from '../contract.ts'

export const TERM_MONTHS: Record<Term, number> = { monthly: 1, quarterly: 3, semi_annual: 6, yearly: 12 }
const TERM_PERCENT: Record<Term, number> = { monthly: 100, quarterly: 95, semi_annual: 90, yearly: 80 }

/** What a whole term costs: the months' sum less the term's discount, rounded to the cent. */
export const termPrice = (monthlyCents: number, term: Term): number => termCents(monthlyCents, TERM_MONTHS[term], TERM_PERCENT[term])

/** @param monthlyCents what the same plan costs when paid month by month; null: it is not sold so */
export function viewPrice(price: { term: Term; amountCents: number }, monthlyCents: number | null): PriceView {
  const months = TERM_MONTHS[price.term]
  const oneByOne = (monthlyCents ?? price.amountCents / months) * months
  return {
    term: price.term,
    months,
    amountCents: price.amountCents,
    monthlyCents: Math.round(price.amountCents / months),
    savingPercent: Math.max(0, Math.round((1 - price.amountCents / oneByOne) * 100)),
  }
}
