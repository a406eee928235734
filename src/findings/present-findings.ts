import type { z } from 'zod'
import type { Queries } from '../db/index.ts'
import type { FindingPage, FindingQuery, FindingView } from './contract.ts'
import { waysOf } from './kinds/index.ts'
import { readCursor, writeCursor } from './rules.ts'
import { type Finding, listFindings } from './store/findings.ts'

/** One page, newest first, by key: however deep, it costs the same. Throws `findings.bad_cursor`. */
export async function searchFindings(q: Queries, query: z.infer<typeof FindingQuery>): Promise<z.infer<typeof FindingPage>> {
  const { cursor, limit, ...filter } = query
  const after = cursor === undefined ? null : readCursor(cursor)
  const found = await listFindings(q, { ...filter, after, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = found.length > limit && last ? writeCursor({ openedAt: last.opened_at, id: last.id }) : null
  return { items: page.map(presentFinding), nextCursor }
}

export const presentFinding = (row: Finding): FindingView => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  subjectType: row.subject_type,
  subjectId: row.subject_id,
  summary: row.summary,
  remedy: row.remedy,
  evidence: row.evidence,
  ways: waysOf(row.kind),
  status: row.status,
  timesSeen: row.times_seen,
  openedAt: row.opened_at.toISOString(),
  lastSeenAt: row.last_seen_at.toISOString(),
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  resolvedBy: row.resolved_by,
  resolveReason: row.resolve_reason,
})
