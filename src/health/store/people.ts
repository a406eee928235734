import type { Queries } from '../../db/index.ts'
import { isUuid } from '../../kit/ids.ts'

/** E-mail addresses of those among these actors that are people; others (`cli:root@host`, `service_role`) are told as they are. */
export async function addressesOf(q: Queries, actors: (string | null)[]): Promise<(actor: string | null) => string | null> {
  const ids = [...new Set(actors.filter((one): one is string => one !== null && isUuid(one)))]
  const rows = ids.length === 0 ? [] : await q.selectFrom('auth.user').select(['id', 'email']).where('id', 'in', ids).execute()
  const known = new Map(rows.map((row) => [row.id, row.email]))
  return (actor) => (actor === null ? null : (known.get(actor) ?? actor))
}
