import type { Tx } from '../db/index.ts'
import type { World } from '../world.ts'
import { CONDITIONS, type Condition } from './rules/conditions.ts'
import type { Figures } from './rules/figures.ts'
import { firedNotice, resolvedNotice } from './rules/notices.ts'
import { type Change, settle } from './rules/settle.ts'
import { type Alert, calmAlert, endAlert, forgetAlert, keepAlert, markAnnounced, openAlert, openAlerts } from './store/alerts.ts'
import { type Channel, channelsToldOf, queueDelivery, readChannels } from './store/channels.ts'
import { readFigures } from './store/figures.ts'
import { type AlertRule, readRules, type Silence, seedRules, silencesAt } from './store/rules.ts'
import { keepsTurn } from './store/turns.ts'

type Judge = Pick<World, 'db' | 'now' | 'shop'>
export interface Evaluated {
  fired: number
  resolved: number
  queued: number
}

/**
 * Reads the figures, judges them by the rules, and queues for the channels what is new: all of it or, where somebody else
 * had their turn meanwhile, nothing.
 */
export async function evaluateAlerts(world: Judge, turn: { name: string; holder: string }): Promise<Evaluated | null> {
  const figures = await world.db.together((q) => readFigures(q, world.now()))
  return world.db.tx(async (tx) => ((await keepsTurn(tx, turn)) ? applyRules(world, tx, figures) : null))
}

async function applyRules(world: Judge, tx: Tx, figures: Figures): Promise<Evaluated> {
  const at = world.now()
  await seedRules(tx, at)
  const [rules, open, silences] = [await readRules(tx), await openAlerts(tx), await silencesAt(tx, at)]
  let [fired, resolved] = [0, 0]
  for (const rule of rules) {
    const condition = CONDITIONS[rule.id]
    // A rule of another version of the software: its alerts end, and it measures nothing.
    const changes = condition ? changesOf(rule, condition, { figures, open, at }) : open.filter((one) => one.rule_id === rule.id).map(ended)
    for (const change of changes) await apply(tx, { rule, condition, change, at })
    fired += changes.filter((change) => 'fire' in change && change.fire).length
    resolved += changes.filter((change) => change.do === 'resolve').length
  }
  const queued = await announce(world, tx, { before: open, silences, at })
  return { fired, resolved, queued }
}

const ended = ({ id, fired_at: firedAt }: Alert): Change => ({ do: firedAt ? 'resolve' : 'forget', id })

function changesOf(rule: AlertRule, condition: Condition, seen: { figures: Figures; open: Alert[]; at: Date }): Change[] {
  const open = seen.open
    .filter((alert) => alert.rule_id === rule.id)
    .map((alert) => ({ id: alert.id, subject: alert.subject, since: alert.since, firedAt: alert.fired_at, calmSince: alert.calm_since }))
  const sightings = rule.enabled ? condition.measure(seen.figures, rule.threshold) : []
  return settle(
    condition,
    { threshold: rule.threshold, forSeconds: rule.for_seconds, enabled: rule.enabled },
    { open, sightings, now: seen.at },
  )
}

async function apply(tx: Tx, ask: { rule: AlertRule; condition: Condition | undefined; change: Change; at: Date }): Promise<void> {
  const { rule, condition, change, at } = ask
  if (change.do === 'calm') return calmAlert(tx, change.id, at)
  if (change.do === 'resolve') return endAlert(tx, change.id, at)
  if (change.do === 'forget') return forgetAlert(tx, change.id)
  if (!condition) return
  const { sighting, fire } = change
  if (change.do === 'open') await openAlert(tx, { rule, condition, sighting, fire, at })
  else await keepAlert(tx, { id: change.id, rule, condition, sighting, fire, at })
}

/** What is critical goes out at once; a warning waits for the daily summary. One that is silenced is told when that ends. */
async function announce(world: Judge, tx: Tx, ask: { before: Alert[]; silences: Silence[]; at: Date }): Promise<number> {
  const { at, silences } = ask
  const channels = (await readChannels(tx)).filter((one) => one.enabled && one.alerts)
  const now = await openAlerts(tx)
  let queued = 0
  for (const alert of now) {
    if (alert.severity !== 'critical' || !alert.fired_at || alert.announced_at || isSilenced(alert, silences)) continue
    await markAnnounced(tx, alert.id, at)
    const notice = firedNotice(alert, world.shop.publicUrl, at)
    queued += await tell(tx, {
      alert,
      channels: channels.filter((one) => alert.subject !== `channel:${one.id}`),
      kind: 'fired',
      notice,
      at,
    })
  }
  const still = new Set(now.map((alert) => alert.id))
  for (const alert of ask.before.filter((one) => one.announced_at && !still.has(one.id))) {
    const told = await channelsToldOf(tx, alert.id)
    const notice = resolvedNotice(alert, world.shop.publicUrl, at)
    queued += await tell(tx, { alert, channels: channels.filter((one) => told.includes(one.id)), kind: 'resolved', notice, at })
  }
  return queued
}

const isSilenced = (alert: Alert, silences: Silence[]): boolean =>
  silences.some((one) => one.rule_id === alert.rule_id && (one.subject === '' || one.subject === alert.subject))

async function tell(
  tx: Tx,
  ask: { alert: Alert; channels: Channel[]; kind: 'fired' | 'resolved'; notice: object; at: Date },
): Promise<number> {
  for (const { id: channelId } of ask.channels)
    await queueDelivery(tx, {
      channelId,
      key: `alert:${ask.alert.id}:${ask.kind}`,
      kind: ask.kind,
      alertId: ask.alert.id,
      notice: { ...ask.notice },
      at: ask.at,
    })
  return ask.channels.length
}
