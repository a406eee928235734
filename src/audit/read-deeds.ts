import type { Queries } from '../db/index.ts'
import { isUuid } from '../kit/ids.ts'
import type { AuditQuery, DeedPage } from './contract.ts'
import { emailsOf, idOfEmail, listDeeds } from './store.ts'

/** One page of deeds, newest first, with the names of the people in it. */
export async function readDeeds(q: Queries, query: AuditQuery): Promise<DeedPage> {
  const [actor, target] = await Promise.all([idFor(q, query.actor), idFor(q, query.target)])
  const found = await listDeeds(q, {
    actor,
    target,
    did: query.did ?? null,
    from: query.from ? new Date(query.from) : null,
    until: query.until ? new Date(query.until) : null,
    after: query.cursor === undefined ? null : Number(query.cursor),
    limit: query.limit + 1,
  })
  const page = found.slice(0, query.limit)
  const people = page.flatMap((row) => [row.actor_kind === 'user' ? row.actor_id : '', row.target_type === 'user' ? row.target_id : ''])
  const emails = await emailsOf(q, [...new Set(people.filter(isUuid))])
  const last = page.at(-1)
  return {
    items: page.map((row) => ({
      id: String(row.id),
      at: row.at.toISOString(),
      actorKind: row.actor_kind,
      actorId: row.actor_id,
      actorEmail: (row.actor_kind === 'user' && emails.get(row.actor_id)) || null,
      did: row.did,
      targetType: row.target_type,
      targetId: row.target_id,
      targetEmail: (row.target_type === 'user' && emails.get(row.target_id)) || null,
      why: row.why,
      details: row.details,
      requestId: row.request_id,
    })),
    nextCursor: found.length > page.length && last ? String(last.id) : null,
  }
}

/** People are named by e-mail; `cli:root@host` has an @ too. An e-mail that nobody has stays itself, and finds nothing. */
async function idFor(q: Queries, text: string | undefined): Promise<string | null> {
  if (text === undefined) return null
  return text.includes('@') && !text.includes(':') ? ((await idOfEmail(q, text)) ?? text) : text
}
