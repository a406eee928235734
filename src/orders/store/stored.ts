import type { Selectable } from 'kysely'
import type { Tables } from '../../db/index.ts'
import type { Ending, PlanChange, ServerEnd } from '../order.ts'

/** JSON columns of an order, read into our words and written back. */
type Row = Selectable<Tables['orders']>

export const readPlanChange = (stored: NonNullable<Row['plan_change']>): PlanChange => ({
  n: stored.n,
  from: stored.from,
  to: stored.to,
  price: stored.price && { id: stored.price.id, amountCents: stored.price.amount_cents },
  askedAt: new Date(stored.asked_at),
  resizedAt: stored.resized_at === null ? null : new Date(stored.resized_at),
  pricedAt: stored.priced_at === null ? null : new Date(stored.priced_at),
  tries: stored.tries,
})
export const writePlanChange = (change: PlanChange): string =>
  JSON.stringify({
    n: change.n,
    from: change.from,
    to: change.to,
    price: change.price && { id: change.price.id, amount_cents: change.price.amountCents },
    asked_at: change.askedAt.toISOString(),
    resized_at: change.resizedAt?.toISOString() ?? null,
    priced_at: change.pricedAt?.toISOString() ?? null,
    tries: change.tries,
  } satisfies NonNullable<Row['plan_change']>)

export const readEnding = (stored: NonNullable<Row['ending']>): Ending => ({
  atPeriodEnd: stored.at_period_end,
  server: readServer(stored),
  reason: stored.reason,
  by: stored.by,
  askedAt: new Date(stored.asked_at),
  setAt: stored.set_at === null ? null : new Date(stored.set_at),
})
const readServer = ({ server, days }: NonNullable<Row['ending']>): ServerEnd =>
  server === 'later' ? { kind: 'later', days: days ?? 0 } : { kind: server }

export const writeEnding = (ending: Ending): string =>
  JSON.stringify({
    at_period_end: ending.atPeriodEnd,
    server: ending.server.kind,
    days: ending.server.kind === 'later' ? ending.server.days : null,
    reason: ending.reason,
    by: ending.by,
    asked_at: ending.askedAt.toISOString(),
    set_at: ending.setAt?.toISOString() ?? null,
  } satisfies NonNullable<Row['ending']>)
