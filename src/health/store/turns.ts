import { sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'

/** One process at a time: it is the asker's turn unless somebody had one within `everyMs`. By PostgreSQL's clock. */
export async function takeTurn(q: Queries, ask: { name: string; holder: string; everyMs: number }): Promise<boolean> {
  const { rows } = await sql`
    insert into health_turns as t (name, holder, taken_at) values (${ask.name}, ${ask.holder}, now())
    on conflict (name) do update set holder = excluded.holder, taken_at = now()
    where t.taken_at <= now() - make_interval(secs => ${ask.everyMs / 1_000})
    returning name`.execute(q)
  return rows.length > 0
}

/** Locks the turn; false where somebody else has taken it since, because we were slow. */
export async function keepsTurn(tx: Tx, ask: { name: string; holder: string }): Promise<boolean> {
  const row = await tx.selectFrom('health_turns').select('holder').where('name', '=', ask.name).forUpdate().executeTakeFirst()
  return row?.holder === ask.holder
}
