import { type Selectable, sql } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'
import type { SEVERITIES } from '../contract.ts'
import type { FindingKind } from '../kinds/index.ts'
import type { Place } from '../rules.ts'

type Severity = (typeof SEVERITIES)[number]

export interface Subject {
  /** `order`, `checkout`, `node`, `plan`, `payment`, `panel`, `user`, `message` … */
  type: string
  id: string
}
export interface NewFinding {
  kind: FindingKind
  severity: Severity
  subject: Subject
  /** What is wrong, in one sentence for an operator. */
  summary: string
  /** What mends it. */
  remedy: string
  /** What was seen; never a secret. */
  evidence?: Record<string, unknown>
  at: Date
}
export type Finding = Selectable<Tables['findings']>

/** Opens the finding; one that is open already is counted again and brought up to date. */
export async function openFinding(tx: Tx, finding: NewFinding): Promise<{ id: string; opened: boolean }> {
  const seen = {
    severity: finding.severity,
    summary: finding.summary,
    remedy: finding.remedy,
    evidence: JSON.stringify(finding.evidence ?? {}),
    last_seen_at: finding.at,
  }
  const row = await tx
    .insertInto('findings')
    .values({ ...seen, kind: finding.kind, subject_type: finding.subject.type, subject_id: finding.subject.id, opened_at: finding.at })
    .onConflict((on) =>
      on
        .columns(['kind', 'subject_type', 'subject_id'])
        .where('status', '=', 'open')
        .doUpdateSet({ ...seen, times_seen: sql`findings.times_seen + 1` }),
    )
    .returning(['id', 'times_seen'])
    .executeTakeFirstOrThrow()
  return { id: row.id, opened: row.times_seen === 1 }
}

/** Resolves the open finding of this kind about this subject. @returns whether there was one */
export async function resolveFinding(
  tx: Tx,
  ask: { kind: string; subject: Subject; by: string; reason: string; at: Date },
): Promise<boolean> {
  const done = await tx
    .updateTable('findings')
    .set({ status: 'resolved', resolved_at: ask.at, resolved_by: ask.by, resolve_reason: ask.reason })
    .where('status', '=', 'open')
    .where('kind', '=', ask.kind)
    .where('subject_type', '=', ask.subject.type)
    .where('subject_id', '=', ask.subject.id)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** @returns the finding, locked; null if there is none */
export const lockFinding = async (tx: Tx, id: string): Promise<Finding | null> =>
  (await tx.selectFrom('findings').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null

export interface FindingFilter {
  status?: 'open' | 'resolved' | undefined
  severity?: Severity | undefined
  /** One kind, or all of a room: `servers.moved`, `servers`. */
  kind?: string | undefined
}

/** Newest first, at most `limit`, after the place given. */
export async function listFindings(q: Queries, ask: FindingFilter & { after?: Place | null; limit: number }): Promise<Finding[]> {
  let rows = q.selectFrom('findings').selectAll()
  if (ask.status) rows = rows.where('status', '=', ask.status)
  if (ask.severity) rows = rows.where('severity', '=', ask.severity)
  if (ask.kind) rows = ask.kind.includes('.') ? rows.where('kind', '=', ask.kind) : rows.where('kind', 'like', `${ask.kind}.%`)
  if (ask.after) {
    const { openedAt, id } = ask.after
    rows = rows.where(sql<boolean>`(opened_at, id) < (${openedAt}, ${id}::uuid)`)
  }
  return rows.orderBy('opened_at', 'desc').orderBy('id', 'desc').limit(ask.limit).execute()
}

/** What is wrong now about one thing, or in one way. */
export async function openFindingsAbout(q: Queries, subject: { type: string; id?: string; kind?: FindingKind }): Promise<Finding[]> {
  let rows = q.selectFrom('findings').selectAll().where('status', '=', 'open').where('subject_type', '=', subject.type)
  if (subject.id !== undefined) rows = rows.where('subject_id', '=', subject.id)
  if (subject.kind !== undefined) rows = rows.where('kind', '=', subject.kind)
  return rows.orderBy('opened_at').execute()
}

export async function countOpen(q: Queries): Promise<number> {
  const row = await q
    .selectFrom('findings')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('status', '=', 'open')
    .executeTakeFirstOrThrow()
  return row.n
}

export const findingById = async (q: Queries, id: string): Promise<Finding | null> =>
  (await q.selectFrom('findings').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

/** What is open of these kinds about these things of one type; the sweep closes what it no longer sees. */
export const openAmong = (q: Queries, ask: { type: string; ids: string[]; kinds: string[] }): Promise<{ kind: string; id: string }[]> =>
  q
    .selectFrom('findings')
    .select(['kind', 'subject_id as id'])
    .where('status', '=', 'open')
    .where('kind', 'in', ask.kinds)
    .where('subject_type', '=', ask.type)
    .where('subject_id', 'in', ask.ids)
    .execute()

/** Counts what a sweep had to do because a hint did not come. `cause`: `missed_webhook`, `lost_wake` … */
export async function countCorrection(tx: Tx, cause: string, at: Date): Promise<void> {
  await tx
    .insertInto('resync_corrections')
    .values({ cause, count: 1, last_at: at })
    .onConflict((on) => on.column('cause').doUpdateSet({ count: sql`resync_corrections.count + 1`, last_at: at }))
    .execute()
}

/** The counters since the first day, by cause. */
export async function corrections(q: Queries): Promise<Record<string, number>> {
  const rows = await q.selectFrom('resync_corrections').select(['cause', 'count']).orderBy('cause').execute()
  return Object.fromEntries(rows.map((row) => [row.cause, row.count]))
}

/** Whether a person settled the newest finding of this kind about this subject, and what is seen now is what was seen then. */
export async function isAccepted(
  q: Queries,
  ask: { kind: FindingKind; subject: Subject; evidence: Record<string, unknown> },
): Promise<boolean> {
  const { rows } = await sql<{ accepted: boolean }>`
    select f.status = 'resolved' and f.evidence = ${JSON.stringify(ask.evidence)}::jsonb and exists (
      select from audit_log a where a.target_type = 'finding' and a.target_id = f.id::text and a.did in ('findings.resolve', 'findings.repair')) as accepted
    from findings f where f.kind = ${ask.kind} and f.subject_type = ${ask.subject.type} and f.subject_id = ${ask.subject.id}
    order by f.opened_at desc, f.id desc limit 1`.execute(q)
  return rows[0]?.accepted ?? false
}
