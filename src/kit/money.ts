/** Money is whole cents with a currency; no fractions exist in this house. */
export const formatMoney = (cents: number, currency: string, locale = 'en-US'): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency: currency.toUpperCase() }).format(cents / 100)

/** Cents of `monthlyCents` over a term, with the term's factor, rounded half up to the cent. */
export const termCents = (monthlyCents: number, months: number, factorPercent: number): number =>
  Math.round((monthlyCents * months * factorPercent) / 100)
