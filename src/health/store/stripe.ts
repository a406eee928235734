import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

export interface StripeSeen {
  refusedSince: Date | null
  unreachableSince: Date | null
  askedAt: Date | null
  askError: string | null
  endpoint: 'unknown' | 'enabled' | 'disabled' | 'missing'
  endpointUrl: string | null
  undelivered: number
  undeliveredSince: Date | null
  undeliveredTypes: string[]
}

export async function stripeHealth(q: Queries): Promise<StripeSeen> {
  const row = await q.selectFrom('stripe_health').selectAll().executeTakeFirstOrThrow()
  return {
    refusedSince: row.refused_since,
    unreachableSince: row.unreachable_since,
    askedAt: row.asked_at,
    askError: row.ask_error,
    endpoint: row.endpoint,
    endpointUrl: row.endpoint_url,
    undelivered: row.undelivered,
    undeliveredSince: row.undelivered_since,
    undeliveredTypes: row.undelivered_types,
  }
}

export type StripeAnswer = 'ok' | 'refused' | 'unreachable'

/** An answer of Stripe to any call of ours. Since when it refuses us, or is silent, stays until it answers. */
export async function noteStripeAnswer(q: Queries, answer: { status: StripeAnswer; at: Date }): Promise<void> {
  const { status, at } = answer
  await q
    .updateTable('stripe_health')
    .set({
      refused_since:
        status === 'refused' ? sql<Date>`coalesce(refused_since, ${at}::timestamptz)` : status === 'ok' ? null : sql<Date>`refused_since`,
      unreachable_since: status === 'unreachable' ? sql<Date>`coalesce(unreachable_since, ${at}::timestamptz)` : null,
      ...(status === 'unreachable' ? {} : { answered_at: at }),
    })
    .execute()
}

export const saveAsked = async (
  q: Queries,
  asked: {
    at: Date
    error: string | null
    endpoint?: { state: 'enabled' | 'disabled' | 'missing'; url: string | null }
    undelivered?: { count: number; since: Date | null; types: string[] }
  },
): Promise<void> => {
  await q
    .updateTable('stripe_health')
    .set({
      asked_at: asked.at,
      ask_error: asked.error,
      ...(asked.endpoint ? { endpoint: asked.endpoint.state, endpoint_url: asked.endpoint.url } : {}),
      ...(asked.undelivered
        ? { undelivered: asked.undelivered.count, undelivered_since: asked.undelivered.since, undelivered_types: asked.undelivered.types }
        : {}),
    })
    .execute()
}

/** Of these events, those that Stripe itself has brought us: what it says of others' endpoints is not ours to mend. */
export async function broughtByWebhook(q: Queries, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await q.selectFrom('stripe_events').select('id').where('id', 'in', ids).where('brought_by', '=', 'webhook').execute()
  return new Set(rows.map((row) => row.id))
}
