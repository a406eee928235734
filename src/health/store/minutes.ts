import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import { MINUTE } from '../../kit/time.ts'

export interface MinuteSample {
  waiting: number
  oldestWaitingSeconds: number
  queueSeconds: number
  inError: number
  inboxWaiting: number
  inboxOldestSeconds: number
  budgetLimit: number
  budgetUsed: number
}

export async function saveMinute(q: Queries, at: Date, sample: MinuteSample): Promise<void> {
  await q
    .insertInto('health_minutes')
    .values({
      minute: new Date(Math.floor(at.getTime() / MINUTE) * MINUTE),
      waiting: sample.waiting,
      oldest_waiting_seconds: sample.oldestWaitingSeconds,
      queue_seconds: sample.queueSeconds,
      in_error: sample.inError,
      inbox_waiting: sample.inboxWaiting,
      inbox_oldest_seconds: sample.inboxOldestSeconds,
      budget_limit: sample.budgetLimit,
      budget_used: sample.budgetUsed,
    })
    .onConflict((on) => on.column('minute').doNothing())
    .execute()
}

/** What the panel's budget is, and how much of this minute's is used. */
export async function budgetNow(q: Queries, now: Date): Promise<{ limit: number; used: number; blockedUntil: Date | null }> {
  const row = await q.selectFrom('panel_budget').selectAll().where('id', '=', 'application').executeTakeFirst()
  if (!row) return { limit: 240, used: 0, blockedUntil: null }
  const blocked = row.blocked_until && row.blocked_until > now ? row.blocked_until : null
  const used = row.window_ends_at <= now && !blocked ? 0 : Math.max(0, row.limit_per_minute - row.remaining)
  return { limit: row.limit_per_minute, used, blockedUntil: blocked }
}

export interface QueueNow {
  waiting: number
  oldestWaitingSeconds: number
  queueSeconds: number
  working: number
  inError: number
  inboxWaiting: number
  inboxOldestSeconds: number
  inboxFailing: number
}

/** Index scans of what is alive. `queueSeconds`: the oldest order in `paid`, which waits its turn or for what its failure names. */
export async function queueNow(q: Queries, now: Date): Promise<QueueNow> {
  const { rows } = await sql<QueueNow>`
    with undelivered as (
      select count(*) as waiting, min(created_at) as oldest, min(created_at) filter (where status = 'paid') as queued,
        count(*) filter (where status in ('provisioning', 'installing')) as working
      from orders where delivered_at is null and status in ('paid', 'provisioning', 'installing', 'error')
    ), inbox as (
      select count(*) as waiting, min(received_at) as oldest, count(last_error) as failing from stripe_events where processed_at is null
    )
    select u.waiting, u.working, (select count(*) from orders where status = 'error') as "inError",
      coalesce(greatest(0, extract(epoch from ${now}::timestamptz - u.oldest)), 0)::int as "oldestWaitingSeconds",
      coalesce(greatest(0, extract(epoch from ${now}::timestamptz - u.queued)), 0)::int as "queueSeconds",
      i.waiting as "inboxWaiting", i.failing as "inboxFailing",
      coalesce(greatest(0, extract(epoch from ${now}::timestamptz - i.oldest)), 0)::int as "inboxOldestSeconds"
    from undelivered u, inbox i`.execute(q)
  return rows[0]!
}

export interface MinutePoint {
  at: Date
  oldestSeconds: number
  queueSeconds: number
  budgetUsed: number
}
/** The worst of each step. */
export async function minutePoints(q: Queries, ask: { from: Date; stepSeconds: number }): Promise<MinutePoint[]> {
  const { rows } = await sql<MinutePoint>`
    select date_bin(make_interval(secs => ${ask.stepSeconds}), minute, ${ask.from}::timestamptz) as at,
      max(oldest_waiting_seconds) as "oldestSeconds", max(queue_seconds) as "queueSeconds",
      max(budget_used::float8 / greatest(1, budget_limit)) as "budgetUsed"
    from health_minutes where minute >= ${ask.from} group by 1 order by 1`.execute(q)
  return rows
}

export interface AnswerPoint {
  at: Date
  route: string
  ok: number
  failed: number
}
const FAR = new Date('9999-01-01T00:00:00Z')
/** Answers of one function by step; its 4xx are the caller's. */
export async function answerPoints(q: Queries, ask: { from: Date; to?: Date; stepSeconds: number; route: string }): Promise<AnswerPoint[]> {
  const { rows } = await sql<AnswerPoint>`
    select date_bin(make_interval(secs => ${ask.stepSeconds}), minute, ${ask.from}::timestamptz) as at, route,
      sum(count) filter (where status_class in ('2xx', '3xx')) as ok, sum(count) filter (where status_class = '5xx') as failed
    from answer_counts where minute >= ${ask.from} and minute < ${ask.to ?? FAR} and route = ${ask.route} group by 1, 2 order by 1`.execute(
    q,
  )
  return rows.map((row) => ({ ...row, ok: Number(row.ok ?? 0), failed: Number(row.failed ?? 0) }))
}

export async function answersSince(q: Queries, from: Date): Promise<{ route: string; statusClass: string; count: number }[]> {
  const rows = await q
    .selectFrom('answer_counts')
    .select((e) => ['route', 'status_class as statusClass', e.fn.sum<number>('count').as('count')])
    .where('minute', '>', from)
    .groupBy(['route', 'status_class'])
    .orderBy('route')
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}
