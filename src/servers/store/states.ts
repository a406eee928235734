import type { Selectable, Updateable } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'
import { outdated } from '../errors.ts'
import type { Attempt } from '../rules/want.ts'

/** What the reconciler intends and what it knows, one for each order. */
export interface ServerState {
  orderId: string
  version: number
  attempt: Attempt | null
  /** Creates in a row that the panel answered in no clear way and a look did not find. */
  createTries: number
  portTries: number
  reinstalls: number
  recreated: number
  createdOnPanelAt: Date | null
  installedAt: Date | null
  suspendedByUs: boolean
}
export type StateChange = Partial<Omit<ServerState, 'orderId' | 'version'>> & { watchedFrom?: Date | null }

type Row = Selectable<Tables['server_states']>
type StoredAttempt = NonNullable<Row['attempt']>

const readAttempt = (stored: StoredAttempt): Attempt => ({
  step: stored.step as Attempt['step'],
  startedAt: new Date(stored.started_at),
  answer: stored['answer'] as Attempt['answer'],
  answeredAt: stored['answered_at'] ? new Date(String(stored['answered_at'])) : null,
  allocationIds: stored['allocation_ids'] as number[],
})
const writeAttempt = (attempt: Attempt): string =>
  JSON.stringify({
    step: attempt.step,
    started_at: attempt.startedAt.toISOString(),
    answer: attempt.answer,
    answered_at: attempt.answeredAt?.toISOString() ?? null,
    allocation_ids: attempt.allocationIds,
  } satisfies StoredAttempt)

/** An order that nothing was done for has no row yet: version 0. */
export async function stateOf(q: Queries, orderId: string): Promise<ServerState> {
  const row = await q.selectFrom('server_states').selectAll().where('order_id', '=', orderId).executeTakeFirst()
  return {
    orderId,
    version: row?.version ?? 0,
    attempt: row?.attempt ? readAttempt(row.attempt) : null,
    createTries: row?.create_tries ?? 0,
    portTries: row?.port_tries ?? 0,
    reinstalls: row?.reinstalls ?? 0,
    recreated: row?.recreated ?? 0,
    createdOnPanelAt: row?.created_on_panel_at ?? null,
    installedAt: row?.installed_at ?? null,
    suspendedByUs: row?.suspended_by_us ?? false,
  }
}

/** Writes under the version that was read. Throws `servers.newer_state` when somebody was faster. */
export async function saveState(tx: Tx, before: ServerState, change: StateChange): Promise<ServerState> {
  const set: Updateable<Tables['server_states']> = {
    attempt: change.attempt ? writeAttempt(change.attempt) : (change.attempt as null | undefined),
    create_tries: change.createTries,
    port_tries: change.portTries,
    reinstalls: change.reinstalls,
    recreated: change.recreated,
    created_on_panel_at: change.createdOnPanelAt,
    installed_at: change.installedAt,
    watched_from: change.watchedFrom,
    suspended_by_us: change.suspendedByUs,
    version: before.version + 1,
  }
  const saved = await tx
    .insertInto('server_states')
    .values({ order_id: before.orderId, ...set, version: before.version + 1 })
    .onConflict((on) => on.column('order_id').doUpdateSet(set).where('server_states.version', '=', before.version))
    .executeTakeFirst()
  if (!saved.numInsertedOrUpdatedRows) throw outdated(before.orderId)
  const { watchedFrom: _, ...rest } = change
  return { ...before, ...rest, version: before.version + 1 }
}

/**
 * Takes the installations whose look is due, so that two processes never ask for the same ones; `until` is their next look.
 * @returns at most 100 order ids
 */
export async function claimWatched(q: Queries, now: Date, until: Date): Promise<string[]> {
  const rows = await q
    .updateTable('server_states')
    .set({ watched_from: until })
    .where('order_id', 'in', (e) =>
      e
        .selectFrom('server_states')
        .select('order_id')
        .where('watched_from', '<=', now)
        .orderBy('watched_from')
        .limit(WATCHED_MAX)
        .forUpdate()
        .skipLocked(),
    )
    .returning('order_id')
    .execute()
  return rows.map((row) => row.order_id)
}
/** The installations of these orders have ended. `until`: as claimed; one that began anew since is watched on. */
export async function stopWatching(q: Queries, orderIds: string[], until: Date): Promise<void> {
  if (orderIds.length === 0) return
  await q
    .updateTable('server_states')
    .set({ watched_from: null })
    .where('order_id', 'in', orderIds)
    .where('watched_from', '=', until)
    .execute()
}
/** As many whole uuids as one call to the panel takes. */
export const WATCHED_MAX = 100
