import type { Selectable } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'
import { isUuid } from '../../kit/ids.ts'
import { later, MINUTE } from '../../kit/time.ts'

/** An API key as it is kept: its text is not. */
export interface ApiKey {
  id: string
  name: string
  publicId: string
  scopes: ('read' | 'operate' | 'admin' | 'metrics')[]
  /** Actor's id. */
  createdBy: string
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

const keyOf = (row: Selectable<Tables['api_keys']>): ApiKey => ({
  id: row.id,
  name: row.name,
  publicId: row.public_id,
  scopes: row.scopes,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
})

export async function insertKey(tx: Tx, key: ApiKey & { hash: string }): Promise<void> {
  const { id, name, hash, scopes } = key
  const dates = { created_at: key.createdAt, expires_at: key.expiresAt }
  await tx
    .insertInto('api_keys')
    .values({ id, name, hash, scopes, public_id: key.publicId, created_by: key.createdBy, ...dates })
    .execute()
}

export async function keyByHash(q: Queries, hash: string): Promise<ApiKey | null> {
  const row = await q.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst()
  return row ? keyOf(row) : null
}

export async function lockKey(tx: Tx, id: string): Promise<ApiKey | null> {
  const row = await tx.selectFrom('api_keys').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ? keyOf(row) : null
}

export async function endKey(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).execute()
}

/** Written at most once a minute: a key that scrapes each second must not write each second. */
export async function noteKeyUse(q: Queries, key: ApiKey, at: Date): Promise<void> {
  const before = later(at, -MINUTE)
  if (key.lastUsedAt && key.lastUsedAt > before) return
  await q
    .updateTable('api_keys')
    .set({ last_used_at: at })
    .where('id', '=', key.id)
    .where((e) => e.or([e('last_used_at', 'is', null), e('last_used_at', '<=', before)]))
    .execute()
}

/** Newest first, with the name of who made it: an e-mail where that was a person. */
export async function listKeys(q: Queries): Promise<(ApiKey & { createdByName: string })[]> {
  const keys = (await q.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id').execute()).map(keyOf)
  const people = [...new Set(keys.map(({ createdBy }) => createdBy).filter(isUuid))]
  const users = people.length === 0 ? [] : await q.selectFrom('auth.user').select(['id', 'email']).where('id', 'in', people).execute()
  const names = new Map(users.map(({ id, email }) => [id, email]))
  return keys.map((key) => ({ ...key, createdByName: names.get(key.createdBy) ?? key.createdBy }))
}

/** Keys that these people made and that still work. */
export async function liveKeysBy(q: Queries, userIds: string[], now: Date): Promise<ApiKey[]> {
  if (userIds.length === 0) return []
  const live = q.selectFrom('api_keys').selectAll().where('revoked_at', 'is', null).where('expires_at', '>', now)
  return (await live.where('created_by', 'in', userIds).orderBy('created_at').execute()).map(keyOf)
}
