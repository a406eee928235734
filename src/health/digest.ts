import type { Queries } from '../db/index.ts'
import { DAY, HOUR, later } from '../kit/time.ts'
import { countersForOverview, STUCK_AFTER_MS } from '../orders/index.ts'
import type { World } from '../world.ts'
import { asParagraphs, type DayAlert, type DayFacts, type DigestLine, digestLines } from './rules/digest.ts'
import type { StoredNotice } from './rules/notices.ts'
import { errorBudget, SLO } from './rules/slo.ts'
import { type Alert, alertsDuring } from './store/alerts.ts'
import { queueDelivery, readChannels } from './store/channels.ts'
import { digestOf, insertDigest, notTold, watchedSince } from './store/digests.ts'
import { readFigures, WEBHOOK } from './store/figures.ts'
import { countHours, exactPercentiles, hoursSince, sloSums } from './store/hours.ts'
import { answerPoints } from './store/minutes.ts'

type Summarizer = Pick<World, 'db' | 'now' | 'shop'>

/** What another room has to say of a day. */
export type DigestPart = (world: Summarizer, day: { from: Date; to: Date }) => Promise<DigestLine[]>

/** Yesterday's summary, once its hour has come: kept, and queued for every channel that takes it. Asked for again it does nothing. */
export async function composeDigest(world: Summarizer, how: { hour: number; parts: DigestPart[] }): Promise<void> {
  const at = world.now()
  if (at.getUTCHours() < how.hour) return
  const to = new Date(Math.floor(at.getTime() / DAY) * DAY)
  const from = later(to, -DAY)
  const day = from.toISOString().slice(0, 10)
  const since = await watchedSince(world.db.q)
  if (since === null || since >= to || (await digestOf(world.db.q, day))) return
  const lines = digestLines(await factsOf(world.db.q, { from, to, at }))
  for (const part of how.parts) lines.push(...(await part(world, { from, to })))
  await world.db.tx(async (tx) => {
    if (!(await insertDigest(tx, { day, lines, at }))) return
    const notice = digestNotice(day, lines, { publicUrl: world.shop.publicUrl, at })
    for (const channel of (await readChannels(tx)).filter((one) => one.enabled && one.digest))
      await queueDelivery(tx, { channelId: channel.id, key: `digest:${day}`, kind: 'digest', alertId: null, notice: { ...notice }, at })
  })
}

function digestNotice(day: string, lines: DigestLine[], { publicUrl, at }: { publicUrl: string; at: Date }): StoredNotice {
  const [bad, warn] = [lines.filter((one) => one.tone === 'bad').length, lines.filter((one) => one.tone === 'warn').length]
  const state = bad > 0 ? `${bad} to see to` : warn > 0 ? `${warn} to know` : 'all well'
  return {
    type: 'digest',
    severity: bad > 0 ? 'critical' : warn > 0 ? 'warning' : 'info',
    title: `Daily summary of ${day}: ${state}`,
    lines: asParagraphs(lines),
    facts: [],
    link: `${publicUrl}/ops/health`,
    at: at.toISOString(),
    data: { day, lines },
  }
}

async function factsOf(q: Queries, { from, to, at }: { from: Date; to: Date; at: Date }): Promise<DayFacts> {
  // As the day stands now: an hour of it may have been counted for the last time before its last order came.
  await countHours(q, { from, to, now: at })
  const [figures, counters, hours, percentiles, slo, alerts, answers, told] = await Promise.all([
    readFigures(q, at),
    countersForOverview(q, { stuckBefore: later(at, -STUCK_AFTER_MS), deliveredSince: from }),
    hoursSince(q, from),
    exactPercentiles(q, { from, to, now: at }),
    sloSums(q, later(at, -SLO.days * DAY)),
    alertsDuring(q, from, to),
    answerPoints(q, { from, to, stepSeconds: HOUR / 1_000, route: WEBHOOK }),
    notTold(q, from, to),
  ])
  const ofDay = hours.filter((one) => one.hour < to)
  const sum = (pick: (hour: (typeof ofDay)[number]) => number) => ofDay.reduce((total, hour) => total + pick(hour), 0)
  return {
    provisioning: {
      paid: sum((hour) => hour.paid),
      delivered: sum((hour) => hour.delivered),
      failed: sum((hour) => hour.failed),
      late: sum((hour) => hour.late),
      p50Seconds: percentiles.p50,
      p95Seconds: percentiles.p95,
    },
    slo: errorBudget(slo),
    stuck: { count: counters.stuck, oldestSeconds: figures.paid[0]?.seconds ?? 0 },
    inError: figures.inError.count,
    alerts: alertsOfDay(alerts, { from, to, at }),
    webhooks: {
      answered: answers.reduce((total, one) => total + one.ok, 0),
      failed: answers.reduce((total, one) => total + one.failed, 0),
      waiting: figures.inbox.waiting,
      endpoint: figures.endpoint.state,
      undelivered: figures.undelivered.count,
    },
    nodes: figures.nodes,
    mailsNotSent: told.mails,
    channelsNotTold: told.notices,
  }
}

/** The same about the same thing is one line, with what it said last. */
function alertsOfDay(alerts: Alert[], { from, to, at }: { from: Date; to: Date; at: Date }): DayAlert[] {
  const found = new Map<string, DayAlert>()
  for (const alert of alerts) {
    const [begins, ends] = [
      Math.max(from.getTime(), (alert.fired_at ?? from).getTime()),
      Math.min(to.getTime(), (alert.resolved_at ?? at).getTime()),
    ]
    const key = `${alert.rule_id} ${alert.subject}`
    const known = found.get(key)
    found.set(key, {
      severity: alert.severity,
      title: alert.title,
      summary: alert.summary,
      subject: alert.subject,
      times: (known?.times ?? 0) + 1,
      seconds: (known?.seconds ?? 0) + Math.max(0, ends - begins) / 1_000,
      open: alert.resolved_at === null,
    })
  }
  return [...found.values()]
}
