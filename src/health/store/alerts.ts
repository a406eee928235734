import { type Selectable, sql } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'
import type { Condition, Sighting } from '../rules/conditions.ts'
import type { AlertRule } from './rules.ts'

export type Alert = Selectable<Tables['alerts']>

/** Those that are not resolved, pending ones too. */
export const openAlerts = (q: Queries): Promise<Alert[]> =>
  q.selectFrom('alerts').selectAll().where('resolved_at', 'is', null).orderBy('since').execute()

const seen = (rule: AlertRule, condition: Condition, sighting: Sighting) => ({
  severity: rule.severity,
  title: condition.title,
  summary: sighting.summary,
  remedy: condition.remedy,
  value: sighting.value,
  threshold: rule.threshold,
  unit: rule.unit,
  evidence: JSON.stringify(sighting.evidence),
})

export async function openAlert(
  tx: Tx,
  ask: { rule: AlertRule; condition: Condition; sighting: Sighting; fire: boolean; at: Date },
): Promise<void> {
  const { rule, condition, sighting, fire, at } = ask
  await tx
    .insertInto('alerts')
    .values({
      ...seen(rule, condition, sighting),
      rule_id: rule.id,
      subject: sighting.subject,
      since: at,
      fired_at: fire ? at : null,
      last_seen_at: at,
    })
    .execute()
}

export async function keepAlert(
  tx: Tx,
  ask: { id: string; rule: AlertRule; condition: Condition; sighting: Sighting; fire: boolean; at: Date },
): Promise<void> {
  const { id, rule, condition, sighting, fire, at } = ask
  await tx
    .updateTable('alerts')
    .set({ ...seen(rule, condition, sighting), last_seen_at: at, calm_since: null, ...(fire ? { fired_at: at } : {}) })
    .where('id', '=', id)
    .execute()
}

export const calmAlert = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await tx.updateTable('alerts').set({ calm_since: at }).where('id', '=', id).execute()
}
export const endAlert = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await tx.updateTable('alerts').set({ resolved_at: at }).where('id', '=', id).execute()
}
export const forgetAlert = async (tx: Tx, id: string): Promise<void> => {
  await tx.deleteFrom('alerts').where('id', '=', id).where('fired_at', 'is', null).execute()
}
export const markAnnounced = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await tx.updateTable('alerts').set({ announced_at: at }).where('id', '=', id).execute()
}

export const alertById = async (q: Queries, id: string): Promise<Alert | null> =>
  (await q.selectFrom('alerts').selectAll().where('id', '=', id).where('fired_at', 'is not', null).executeTakeFirst()) ?? null

export const lockAlert = async (tx: Tx, id: string): Promise<Alert | null> =>
  (await tx.selectFrom('alerts').selectAll().where('id', '=', id).where('fired_at', 'is not', null).forUpdate().executeTakeFirst()) ?? null

export const saveAcknowledged = async (tx: Tx, id: string, said: { by: string; note: string | null; at: Date }): Promise<void> => {
  await tx
    .updateTable('alerts')
    .set({ acknowledged_at: said.at, acknowledged_by: said.by, acknowledge_note: said.note })
    .where('id', '=', id)
    .execute()
}

/** Fired ones, newest first; open ones, or all. */
export function listAlerts(
  q: Queries,
  ask: { state: 'open' | 'resolved' | 'all'; after: { at: Date; id: string } | null; limit: number },
): Promise<Alert[]> {
  let rows = q.selectFrom('alerts').selectAll().where('fired_at', 'is not', null)
  if (ask.state !== 'all') rows = rows.where('resolved_at', ask.state === 'open' ? 'is' : 'is not', null)
  if (ask.after) {
    const { at, id } = ask.after
    rows = rows.where(sql<boolean>`(fired_at, id) < (${at}, ${id}::uuid)`)
  }
  return rows.orderBy('fired_at', 'desc').orderBy('id', 'desc').limit(ask.limit).execute()
}

export async function countFiring(q: Queries): Promise<{ severity: 'critical' | 'warning'; rule: string; count: number }[]> {
  const rows = await q
    .selectFrom('alerts')
    .select((e) => ['severity', 'rule_id as rule', e.fn.countAll<number>().as('count')])
    .where('resolved_at', 'is', null)
    .where('fired_at', 'is not', null)
    .groupBy(['severity', 'rule_id'])
    .execute()
  return rows
}

/** Those that fired, or were firing, in a stretch of time; oldest first. */
export const alertsDuring = (q: Queries, from: Date, to: Date): Promise<Alert[]> =>
  q
    .selectFrom('alerts')
    .selectAll()
    .where('fired_at', 'is not', null)
    .where('fired_at', '<', to)
    .where((e) => e.or([e('resolved_at', 'is', null), e('resolved_at', '>=', from)]))
    .orderBy('fired_at')
    .orderBy('rule_id')
    .orderBy('subject')
    .execute()
