import { type Selectable, sql } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'

export type Channel = Selectable<Tables['alert_channels']>
export type Delivery = Selectable<Tables['alert_deliveries']>
export type DeliveryKind = Delivery['kind']

export const readChannels = (q: Queries): Promise<Channel[]> =>
  q.selectFrom('alert_channels').selectAll().orderBy('made_at').orderBy('id').execute()
export const channelById = async (q: Queries, id: string): Promise<Channel | null> =>
  (await q.selectFrom('alert_channels').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
export const lockChannel = async (tx: Tx, id: string): Promise<Channel | null> =>
  (await tx.selectFrom('alert_channels').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null

export type NewChannel = Pick<Channel, 'kind' | 'name' | 'config' | 'enabled' | 'alerts' | 'digest'>
/** @returns null where the name is taken */
export const insertChannel = async (tx: Tx, channel: NewChannel, at: Date): Promise<Channel | null> =>
  (await tx
    .insertInto('alert_channels')
    .values({ ...channel, config: JSON.stringify(channel.config), made_at: at, changed_at: at })
    .onConflict((on) => on.expression(sql`lower(name)`).doNothing())
    .returningAll()
    .executeTakeFirst()) ?? null
export async function updateChannel(tx: Tx, id: string, change: Partial<NewChannel>, at: Date): Promise<void> {
  const { config, ...rest } = change
  await tx
    .updateTable('alert_channels')
    .set({ ...rest, ...(config ? { config: JSON.stringify(config) } : {}), changed_at: at })
    .where('id', '=', id)
    .execute()
}
export const deleteChannel = async (tx: Tx, id: string): Promise<void> => {
  await tx.deleteFrom('alert_channels').where('id', '=', id).execute()
}
export const isNameTaken = async (tx: Tx, name: string, butId: string | null): Promise<boolean> =>
  (await tx
    .selectFrom('alert_channels')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .$if(butId !== null, (rows) => rows.where('id', '<>', butId ?? ''))
    .executeTakeFirst()) !== undefined

export interface NewDelivery {
  channelId: string
  /** Names what is told: the same is queued for a channel once. */
  key: string
  kind: DeliveryKind
  alertId: string | null
  notice: Record<string, unknown>
  at: Date
  nextAttemptAt?: Date
}
/** @returns the row; null where it was queued before */
export const queueDelivery = async (q: Queries, one: NewDelivery): Promise<Delivery | null> =>
  (await q
    .insertInto('alert_deliveries')
    .values({
      channel_id: one.channelId,
      key: one.key,
      kind: one.kind,
      alert_id: one.alertId,
      notice: JSON.stringify(one.notice),
      next_attempt_at: one.nextAttemptAt ?? one.at,
      queued_at: one.at,
    })
    .onConflict((on) => on.columns(['channel_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst()) ?? null

/** Channels that were told of this alert, or are about to be. */
export const channelsToldOf = async (q: Queries, alertId: string): Promise<string[]> =>
  (await q.selectFrom('alert_deliveries').select('channel_id').where('alert_id', '=', alertId).where('kind', '=', 'fired').execute()).map(
    (row) => row.channel_id,
  )

/** Channels that have something due; what is held by a claim is not. */
export const channelsDue = async (q: Queries, at: Date): Promise<string[]> =>
  (
    await q
      .selectFrom('alert_deliveries as d')
      .innerJoin('alert_channels as c', 'c.id', 'd.channel_id')
      .select('d.channel_id')
      .distinct()
      .where('d.status', '=', 'queued')
      .where('d.next_attempt_at', '<=', at)
      .where('c.enabled', '=', true)
      .execute()
  ).map((row) => row.channel_id)

/**
 * Takes the oldest due delivery of one channel by moving its next attempt forward: no transaction stays open while it is sent,
 * and what a dead process had taken is due again then. An alert's end is not told while its beginning waits.
 */
export async function claimDelivery(q: Queries, ask: { channelId: string; at: Date; until: Date }): Promise<Delivery | null> {
  const { rows } = await sql<Delivery>`
    update alert_deliveries set next_attempt_at = ${ask.until}, attempts = attempts + 1
    where id = (
      select d.id from alert_deliveries d
      where d.channel_id = ${ask.channelId} and d.status = 'queued' and d.next_attempt_at <= ${ask.at}
        and not exists (select from alert_deliveries before where before.channel_id = d.channel_id and before.alert_id = d.alert_id
          and before.kind = 'fired' and d.kind = 'resolved' and before.status = 'queued')
      order by d.queued_at, d.id limit 1 for update skip locked)
    returning *`.execute(q)
  return rows[0] ?? null
}

const ofClaim = (q: Queries, delivery: Delivery) =>
  q.updateTable('alert_deliveries').where('id', '=', delivery.id).where('status', '=', 'queued').where('attempts', '=', delivery.attempts)

export const markSent = async (q: Queries, delivery: Delivery, at: Date): Promise<void> => {
  await ofClaim(q, delivery).set({ status: 'sent', sent_at: at }).execute()
}
export const markFailed = async (
  q: Queries,
  delivery: Delivery,
  failed: { at: Date; error: string; nextAttemptAt: Date | null },
): Promise<void> => {
  const { at, error, nextAttemptAt } = failed
  await ofClaim(q, delivery)
    .set({
      last_error: error,
      last_error_at: at,
      ...(nextAttemptAt ? { next_attempt_at: nextAttemptAt } : { status: 'failed' as const }),
    })
    .execute()
}

/** Newest first. */
export function listDeliveries(
  q: Queries,
  ask: { channelId: string | null; after: { at: Date; id: string } | null; limit: number },
): Promise<(Delivery & { channel_name: string; channel_kind: Channel['kind'] })[]> {
  let rows = q
    .selectFrom('alert_deliveries as d')
    .innerJoin('alert_channels as c', 'c.id', 'd.channel_id')
    .selectAll('d')
    .select(['c.name as channel_name', 'c.kind as channel_kind'])
  if (ask.channelId) rows = rows.where('d.channel_id', '=', ask.channelId)
  if (ask.after) {
    const { at, id } = ask.after
    rows = rows.where(sql<boolean>`(d.queued_at, d.id) < (${at}, ${id}::uuid)`)
  }
  return rows.orderBy('d.queued_at', 'desc').orderBy('d.id', 'desc').limit(ask.limit).execute()
}

/** The last thing that each channel was told, and the last that it did not take. */
export async function channelStates(
  q: Queries,
): Promise<{ id: string; waiting: number; lastSentAt: Date | null; lastError: string | null }[]> {
  const { rows } = await sql<{ id: string; waiting: number; lastSentAt: Date | null; lastError: string | null }>`
    select c.id, (select count(*) from alert_deliveries d where d.channel_id = c.id and d.status = 'queued') as waiting,
      (select max(sent_at) from alert_deliveries d where d.channel_id = c.id) as "lastSentAt",
      (select last_error from alert_deliveries d where d.channel_id = c.id order by queued_at desc, id desc limit 1) as "lastError"
    from alert_channels c`.execute(q)
  return rows
}

export const forgetDeliveries = async (q: Queries, before: Date): Promise<void> => {
  await q.deleteFrom('alert_deliveries').where('queued_at', '<', before).where('status', '<>', 'queued').execute()
}
