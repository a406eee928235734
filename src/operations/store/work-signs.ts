import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'

/** Signs of work in other rooms' tables: read here, written there. */

export interface ProcessSign {
  role: string
  host: string
  pid: number
}
/** Processes of the product that were heard of within a minute, by PostgreSQL's clock. */
export async function processes(q: Queries): Promise<ProcessSign[]> {
  return q
    .selectFrom('heartbeats')
    .select(['role', 'host', 'pid'])
    .where('stopped_at', 'is', null)
    .where('last_seen_at', '>', sql<Date>`now() - interval '60 seconds'`)
    .orderBy('started_at')
    .execute()
}

/** When each sweep was last through to the end; `firstAt`: since when there are nodes to sweep, for a shop of today. */
export async function sweepSigns(q: Queries): Promise<{ stripeAt: Date | null; panelAt: Date | null; firstAt: Date | null }> {
  const [stripe, panel, first] = await Promise.all([
    q.selectFrom('stripe_sweep').select('finished_at').executeTakeFirst(),
    q.selectFrom('panel_sweep').select('finished_at').executeTakeFirst(),
    q
      .selectFrom('ptero_nodes')
      .select((e) => e.fn.min('created_at').as('at'))
      .executeTakeFirst(),
  ])
  return { stripeAt: stripe?.finished_at ?? null, panelAt: panel?.finished_at ?? null, firstAt: first?.at ?? null }
}

export interface MailSigns {
  failed: number
  waiting: number
  oldestAt: Date | null
  lastError: string | null
}
export async function mailSigns(q: Queries, since: Date): Promise<MailSigns> {
  const row = await q
    .selectFrom('messages')
    .select((e) => [
      e.fn.countAll<number>().filterWhere('status', '=', 'failed').filterWhere('created_at', '>=', since).as('failed'),
      e.fn.countAll<number>().filterWhere('status', '=', 'queued').as('waiting'),
      e.fn.min('created_at').filterWhere('status', '=', 'queued').as('oldestAt'),
      sql<string | null>`(array_agg(last_error order by created_at desc) filter (where last_error is not null))[1]`.as('lastError'),
    ])
    .where((e) => e.or([e('status', '=', 'queued'), e('created_at', '>=', since)]))
    .executeTakeFirstOrThrow()
  return { failed: row.failed, waiting: row.waiting, oldestAt: row.oldestAt ?? null, lastError: row.lastError }
}
