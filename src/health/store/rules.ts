import type { Selectable } from 'kysely'
import type { Queries, Tables, Tx } from '../../db/index.ts'
import { CONDITIONS } from '../rules/conditions.ts'

export type AlertRule = Selectable<Tables['alert_rules']>
export type Silence = Selectable<Tables['alert_silences']>

/** Brings the rules that the code knows into the table, each once with its defaults; what was changed there stays. */
export async function seedRules(tx: Tx, at: Date): Promise<void> {
  const known = await readRules(tx)
  const titles = new Map(known.map((rule) => [rule.id, rule]))
  for (const [id, { title, severity, threshold, unit, forSeconds }] of Object.entries(CONDITIONS)) {
    const rule = titles.get(id)
    if (!rule)
      await tx
        .insertInto('alert_rules')
        .values({ id, title, severity, threshold, unit, for_seconds: forSeconds, made_at: at })
        .onConflict((on) => on.column('id').doNothing())
        .execute()
    else if (rule.title !== title || rule.severity !== severity || rule.unit !== unit)
      await tx.updateTable('alert_rules').set({ title, severity, unit }).where('id', '=', id).execute()
  }
}

export const readRules = (q: Queries): Promise<AlertRule[]> =>
  q.selectFrom('alert_rules').selectAll().orderBy('severity').orderBy('id').execute()

export const lockRule = async (tx: Tx, id: string): Promise<AlertRule | null> =>
  (await tx.selectFrom('alert_rules').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null

export async function saveRule(
  tx: Tx,
  id: string,
  change: { threshold?: number; for_seconds?: number; enabled?: boolean },
  by: { id: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('alert_rules')
    .set({ ...change, changed_at: by.at, changed_by: by.id })
    .where('id', '=', id)
    .execute()
}

/** Those that have not ended. */
export const silencesAt = (q: Queries, at: Date): Promise<Silence[]> =>
  q.selectFrom('alert_silences').selectAll().where('until', '>', at).execute()

export async function saveSilence(
  tx: Tx,
  silence: { ruleId: string; subject: string; until: Date; by: string; reason: string; at: Date },
): Promise<void> {
  const said = { until: silence.until, by: silence.by, reason: silence.reason, made_at: silence.at }
  await tx
    .insertInto('alert_silences')
    .values({ rule_id: silence.ruleId, subject: silence.subject, ...said })
    .onConflict((on) => on.columns(['rule_id', 'subject']).doUpdateSet(said))
    .execute()
}

/** @returns whether there was one */
export async function endSilence(tx: Tx, of: { ruleId: string; subject: string }): Promise<boolean> {
  const done = await tx.deleteFrom('alert_silences').where('rule_id', '=', of.ruleId).where('subject', '=', of.subject).executeTakeFirst()
  return done.numDeletedRows > 0n
}
