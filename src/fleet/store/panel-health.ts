import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import type { PanelAnswer, PanelHealth } from '../rules.ts'

export async function panelHealth(q: Queries): Promise<PanelHealth> {
  const row = await q.selectFrom('panel_health').select(['refused_since', 'unreachable_since']).executeTakeFirstOrThrow()
  return { refusedSince: row.refused_since, unreachableSince: row.unreachable_since }
}

/**
 * Notes what one answer said about the panel. One statement; it writes only when something changed or a minute has passed,
 * so that it may be called after every call.
 */
export async function notePanelAnswer(q: Queries, answer: { status: PanelAnswer; at: Date }): Promise<void> {
  const { status, at } = answer
  const minuteOld = sql<boolean>`(answered_at is null or answered_at < ${at}::timestamptz - interval '60 seconds')`
  const health = q.updateTable('panel_health')
  if (status === 'unreachable') {
    await health.set({ unreachable_since: at }).where('unreachable_since', 'is', null).execute()
    return
  }
  const refused = status === 'refused'
  await health
    .set({ answered_at: at, unreachable_since: null, refused_since: refused ? sql`coalesce(refused_since, ${at})` : null })
    .where((e) => e.or([minuteOld, e('unreachable_since', 'is not', null), e('refused_since', refused ? 'is' : 'is not', null)]))
    .execute()
}
