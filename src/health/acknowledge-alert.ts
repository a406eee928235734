import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import { later, MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import { alertOver, noSilence, noSuchAlert, noSuchRule } from './errors.ts'
import { type Alert, alertById, lockAlert, saveAcknowledged } from './store/alerts.ts'
import { endSilence, lockRule, saveSilence } from './store/rules.ts'

interface By {
  by: Actor
  requestId: string | null
}

/** Somebody is on it: said once, it stays with the first who said so. */
export const acknowledgeAlert = (world: Pick<World, 'db' | 'now'>, ask: By & { id: string; note: string | null }): Promise<Alert> =>
  world.db.tx(async (tx) => {
    const alert = await lockAlert(tx, ask.id)
    if (!alert) throw noSuchAlert()
    if (alert.resolved_at) throw alertOver()
    if (alert.acknowledged_at && ask.note === null) return alert
    const at = world.now()
    await saveAcknowledged(tx, alert.id, { by: ask.by.id, note: ask.note, at })
    await record(tx, {
      by: ask.by,
      did: 'health.acknowledge_alert',
      to: { type: 'alert', id: alert.id },
      why: ask.note,
      details: { rule: alert.rule_id, subject: alert.subject },
      requestId: ask.requestId,
      at,
    })
    return { ...alert, acknowledged_at: at, acknowledged_by: ask.by.id, acknowledge_note: ask.note }
  })

/** What is silenced: one subject of a rule, or with '' whatever it finds. */
export interface Silenced {
  ruleId: string
  subject: string
}

/** The rule and the subject of an alert. @throws health.no_such_alert */
export async function aboutAlert(world: Pick<World, 'db'>, id: string): Promise<Silenced> {
  const alert = await alertById(world.db.q, id)
  if (!alert) throw noSuchAlert()
  return { ruleId: alert.rule_id, subject: alert.subject }
}

/** Nobody is told until then; what fires still shows. Asked again, the later word counts. */
export const silence = (world: Pick<World, 'db' | 'now'>, ask: By & Silenced & { minutes: number; reason: string }): Promise<void> =>
  world.db.tx(async (tx) => {
    if (!(await lockRule(tx, ask.ruleId))) throw noSuchRule()
    const at = world.now()
    const until = later(at, ask.minutes * MINUTE)
    await saveSilence(tx, { ruleId: ask.ruleId, subject: ask.subject, until, by: ask.by.id, reason: ask.reason, at })
    await record(tx, { ...deed(ask, 'health.silence', at), why: ask.reason, details: { subject: ask.subject, until: until.toISOString() } })
  })

/** Ends a silence before its time. */
export const unsilence = (world: Pick<World, 'db' | 'now'>, ask: By & Silenced): Promise<void> =>
  world.db.tx(async (tx) => {
    if (!(await endSilence(tx, ask))) throw noSilence()
    await record(tx, { ...deed(ask, 'health.unsilence', world.now()), details: { subject: ask.subject } })
  })

const deed = ({ by, requestId, ruleId }: By & Silenced, did: string, at: Date) => ({
  by,
  did,
  to: { type: 'alert_rule', id: ruleId },
  requestId,
  at,
})
