import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import { createFaults } from '../../sandbox/faults.ts'
import { openJournal } from '../../sandbox/kit/journal.ts'
import { startMail } from '../../sandbox/mail/start.ts'
import { createTeller, evaluateAlerts, takeTurn } from '../../src/health/index.ts'
import { createChannels } from '../../src/outside/channels/index.ts'
import { createMail } from '../../src/outside/mail/index.ts'
import { panelWorld } from './panel-world.ts'
import { startReceivers, WEBHOOK_SECRET } from './receivers.ts'

export const ON_CALL = 'on-call@shop.test'

/** A shop whose figures are judged, with a channel of each kind to a local receiver. */
export async function watchedShop() {
  const shop = await panelWorld()
  const { db, clock } = shop
  const receivers = await startReceivers()
  const faults = createFaults(openJournal(null))
  const post = await startMail({ smtpPort: 0, clock, journal: openJournal(null), faults })
  const mail = createMail({ url: post.smtpUrl, from: 'shop@shop.test' })
  afterAll(async () => {
    mail.close()
    await post.close()
  })
  const world = {
    ...shop,
    mail,
    channels: createChannels({ anywhere: true, timeoutMs: 500 }),
    shop: { publicUrl: 'http://shop.test', supportUrl: 'http://shop.test/help', panelUrl: 'http://panel.test', app: 'givrwrld' },
  }
  const teller = createTeller(world)
  const holder = randomUUID()
  const sql = (text: string, values: unknown[] = []) => db.pool.query(text, values)
  const channel = async (kind: string, config: object, name = kind) =>
    String(
      (
        await sql(`insert into alert_channels (kind, name, config, made_at, changed_at) values ($1, $2, $3, now(), now()) returning id`, [
          kind,
          name,
          JSON.stringify(config),
        ])
      ).rows[0].id,
    )
  return {
    ...world,
    world,
    receivers,
    mailFaults: faults,
    teller,
    sql,
    channel,
    /** One channel of each kind. */
    async everyChannel() {
      return {
        discord: await channel('discord', { url: receivers.url('discord') }),
        slack: await channel('slack', { url: receivers.url('slack') }),
        webhook: await channel('webhook', { url: receivers.url('webhook'), secret: WEBHOOK_SECRET }),
        email: await channel('email', { to: [ON_CALL] }),
      }
    },
    async judge() {
      await sql(`delete from health_turns`)
      await takeTurn(db.q, { name: 'alerts', holder, everyMs: 0 })
      return evaluateAlerts(world, { name: 'alerts', holder })
    },
    async tell() {
      await teller.go()
      await teller.settled()
    },
    mails: () => post.inbox.messages(ON_CALL).map((one) => one.subject),
    /** What fires, as `rule subject`. */
    firing: async () =>
      (
        await sql(`select rule_id, subject from alerts where resolved_at is null and fired_at is not null order by rule_id, subject`)
      ).rows.map((row) => `${row.rule_id} ${row.subject}`),
    async nothingWrong() {
      await sql(`delete from alerts; delete from alert_deliveries; delete from alert_channels; delete from alert_silences; delete from alert_rules;
        delete from heartbeats; delete from ticker_runs; delete from answer_counts; delete from findings; delete from stripe_events;
        update orders set status = 'canceled' where status <> 'canceled';
        update orders set delivered_at = null;
        update panel_health set refused_since = null, unreachable_since = null;
        update stripe_health set refused_since = null, unreachable_since = null, endpoint = 'unknown', undelivered = 0;
        update ptero_nodes set reserved_headroom_gb = 0, strangers_ram_mb = 0;
        insert into heartbeats (process_id, role, host, pid, clock_offset_ms) values (gen_random_uuid(), 'worker', 'a', 1, 0)`)
      receivers.heard.splice(0)
    },
  }
}
