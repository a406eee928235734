import pg from 'pg'
import { inboxPartitions } from '../../src/billing/index.ts'
import { keepPartitions, openDb } from '../../src/db/index.ts'
import { sumUpHours } from '../../src/health/store/sums.ts'
import { DAY, later } from '../../src/kit/time.ts'
import { addUpTotals, timelinePartitions } from '../../src/orders/index.ts'

/** How large a shop that has been open for years is; everything else follows from the number of its orders. */
export interface BigShop {
  orders: number
  /** One order in so many has its server; the others were canceled in the course of the years. */
  liveEvery: number
  /** Lines of an order's timeline: states and notes; orders of the time for which calls are kept have as many of those. */
  eventsEach: number
}

const SERVERS_A_NODE = 200
const ORDERS_A_CUSTOMER = 10
/** As docs/configuration.md has them. */
const CALLS_KEPT_DAYS = 90
const NOTES_KEPT_DAYS = 1_095
/** Events of Stripe for one order: its session, its invoices, its subscription. */
const EVENTS_AN_ORDER = 5

/**
 * Fills a migrated database: customers, nodes, checkouts, orders with their timelines, servers as they were seen, the
 * inbox, mails, findings, deeds and hours. Of the orders a thousandth was delivered in the last day, and a few thousandths are
 * under way. What is kept for a time is there for that time, in its partitions.
 */
export async function seedBigShop(databaseUrl: string, { orders, liveEvery, eventsEach }: BigShop): Promise<void> {
  const live = Math.round(orders / liveEvery)
  const nodes = Math.max(2, Math.ceil((live * 1.05) / SERVERS_A_NODE))
  const users = Math.max(1, Math.round(orders / ORDERS_A_CUSTOMER))
  await makePartitions(databaseUrl)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    // Nothing is to be proved here: what counts is measured later, on other connections.
    await client.query('set synchronous_commit = off')
    await client.query(`
    insert into regions (id, name, location_id) values ('fra', 'Frankfurt', 1), ('dal', 'Dallas', 2);
    insert into games (id, name, summary) values ('mc', 'Minecraft', 'Blocks');
    insert into recipes (id, game_id, variant, egg_id, problem) values ('mc-paper', 'mc', 'Paper', 1, null);
    insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb)
      select 'mc-' || n, 'mc-paper', n || ' GB', n, 1, n * 5 from generate_series(1, 12) n;
    insert into plan_prices select 'mc-' || n, 'monthly', 'usd', n * 300, 'price_' || n from generate_series(1, 12) n;
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb, free_allocations, allocations)
      select n, gen_random_uuid(), 'node-' || n, 1 + n % 2, 'n' || n || '.test', 1024, 100000, 10, 10 + ${SERVERS_A_NODE} from generate_series(1, ${nodes}) n;
    insert into auth."user" (id, name, email, "emailVerified")
      select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Customer ' || n, 'c' || n || '@example.com', true
      from generate_series(1, ${users}) n;
    insert into external_accounts (user_id, pterodactyl_user_id, panel_username, panel_email, created_at, updated_at)
      select id, row_number() over (), 'u' || row_number() over (), email, now(), now() from auth."user";

    create temp table made as
      select n, gen_random_uuid() as id, now() - n * interval '90 seconds' * ${1_000_000 / orders} as at,
        ('00000000-0000-4000-8000-' || lpad(to_hex(1 + (random() * (${users} - 1))::int), 12, '0'))::uuid as user_id,
        case
          when n <= ${orders} * 0.0001 then (array['paid', 'provisioning', 'installing', 'error'])[1 + n % 4]
          when n <= ${orders} * 0.0011 then 'provisioned'
          when n % ${liveEvery} = 0 then 'active' else 'canceled'
        end as status,
        1 + n % ${nodes} as node_id, 1 + n % 12 as plan
      from generate_series(1, ${orders}) n;
    insert into orders (id, user_id, plan_id, term, region_id, server_name, status, node_id, pterodactyl_server_id, pterodactyl_server_identifier,
      amount_cents, currency, stripe_session_id, stripe_subscription_id, stripe_customer_id, failure, next_check_at, delivered_at, canceled_at,
      money_settled_at, created_at, recorded_at, updated_at)
      select id, user_id, 'mc-' || plan, 'monthly', 'fra', 'Castle ' || n, status, node_id,
        case when status in ('provisioned', 'active', 'canceled') then n::text end, case when status in ('provisioned', 'active', 'canceled') then to_hex(n) end,
        599, 'usd', 'cs_' || n, 'sub_' || n, 'cus_' || n,
        case when status = 'error' then '{"code":"servers.config","kind":"invalid","cause":"A field was refused.","next":"Mend it.","field":null,"at":"2026-01-01T00:00:00Z"}'::jsonb end,
        case status when 'paid' then now() - interval '1 minute' when 'installing' then now() + interval '20 minutes' when 'provisioned' then at + interval '1 day' end,
        case when status in ('provisioned', 'active', 'canceled') then at + interval '70 seconds' end,
        case when status = 'canceled' then at + interval '30 days' end, case when status = 'canceled' then at + interval '30 days' end,
        at, at, at
      from made;
    insert into checkouts (id, user_id, plan_id, term, region_id, server_name, state, amount_cents, currency, stripe_price_id, stripe_session_id,
      session_expires_at, terms_accepted_at, client_ip, created_at, updated_at)
      select id, user_id, 'mc-' || plan, 'monthly', 'fra', 'Castle ' || n, 'paid', 599, 'usd', 'price_' || plan, 'cs_' || n, at, at,
        '198.51.100.' || n % 250, at, at from made;
    insert into checkouts (id, user_id, plan_id, term, region_id, server_name, state, amount_cents, currency, stripe_price_id, stripe_session_id,
      session_expires_at, terms_accepted_at, client_ip, next_check_at, created_at, updated_at)
      select gen_random_uuid(), user_id, 'mc-1', 'monthly', 'fra', 'Castle', 'open', 300, 'usd', 'price_1', 'cs_open_' || n, now(), now(),
        '198.51.100.' || n % 250, now() + interval '10 minutes', now(), now() from made where n <= greatest(2, ${orders} / 5000);
    insert into reservations (id, node_id, region_id, ram_mb, disk_mb, port_names, state, created_at, committed_at)
      select id, node_id, 'fra', plan * 1024, plan * 5120, '{game}', 'committed', at, at from made where status <> 'canceled';
    insert into node_allocations (id, node_id, ip, port, assigned, reservation_id, port_name)
      select row_number() over (), node_id, '203.0.113.1', 25000 + (row_number() over (partition by node_id))::int, true, id, 'game' from reservations;
    insert into node_allocations (id, node_id, ip, port)
      select 10000000 + n * 10 + p, n, '203.0.113.1', 50000 + p from generate_series(1, ${nodes}) n, generate_series(1, 10) p;
    insert into server_states (order_id, version, created_on_panel_at, installed_at, watched_from)
      select id, 3, at, at, case when status = 'installing' then now() end from made where status <> 'canceled';
    insert into servers_seen (order_id, panel_server_id, identifier, uuid, status, suspended, name, owner_id, node_id, egg_id, limits, allocation_id, allocations, seen_at)
      select id, n, to_hex(n), gen_random_uuid(), null, false, 'Castle ' || n, 1, node_id, 1, '{"memory":1024,"swap":0,"disk":5120,"io":500,"cpu":100}', n,
        '[]', now() from made where status in ('provisioned', 'active');
    insert into order_events (order_id, at, kind, title, details)
      select id, at + e * interval '5 seconds', (array['state', 'note'])[1 + e % 2], 'Something that happened', '{"from":"paid","to":"provisioning"}'
      from made, generate_series(1, ${eventsEach}) e;
    insert into order_events (order_id, at, kind, title, details)
      select id, at + e * interval '5 seconds', 'call', 'Panel: POST /servers → 201',
        '{"system":"panel","method":"POST","path":"/api/application/servers","status":201,"ms":62}'
      from made, generate_series(1, ${eventsEach}) e where at > now() - interval '${CALLS_KEPT_DAYS} days';
    insert into stripe_events (id, type, created_at, received_at, payload, processed_at, next_attempt_at)
      select 'evt_' || n || '_' || e, 'checkout.session.completed', at, at, '{"data":{"object":{"id":"cs"}}}', at, at
      from made, generate_series(1, ${EVENTS_AN_ORDER}) e where at > now() - interval '${CALLS_KEPT_DAYS} days';
    insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at)
      select 'evt_new_' || n, 'invoice.paid', now(), now(), '{"data":{"object":{"id":"in"}}}', now() from generate_series(1, 20) n;
    insert into audit_log (at, actor_kind, actor_id, did, target_type, target_id)
      select at, (array['system', 'user'])[1 + n % 2], user_id, case when n % 1000 = 0 then 'orders.retry' else 'orders.open_checkout' end, 'order', id::text from made;
    insert into provisioning_hours (hour, paid, in_time, late, delivered, failed, waiting, seconds_sum, buckets, computed_at)
      select date_trunc('hour', at), count(*), count(*), 0, count(*), 0, 0, 70.0 * count(*), '{0,0,0}', now() from made group by 1;
    insert into messages (user_id, to_email, template, dedupe_key, status, next_attempt_at, sent_at, created_at)
      select user_id, 'c@example.com', 'server_ready', 'order:' || id || ':ready', 'sent', at, at, at from made where n <= ${orders} / 2;
    insert into findings (kind, severity, subject_type, subject_id, summary, remedy, status, opened_at, last_seen_at, resolved_at)
      select 'servers.wrong_owner', 'warning', 'order', id::text, 'Something is wrong.', 'Mend it.',
        case when n <= ${orders} / 10000 then 'open' else 'resolved' end, at, at, at from made where n <= ${orders} / 20;
    update ptero_nodes n set (reserved_ram_mb, reserved_disk_mb) =
      (select coalesce(sum(ram_mb), 0), coalesce(sum(disk_mb), 0) from reservations r where r.node_id = n.id);
    drop table made`)
    await sumUp(databaseUrl)
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** For every month of which something is kept. */
async function makePartitions(databaseUrl: string): Promise<void> {
  const db = openDb(databaseUrl, { max: 2, name: 'bench' })
  try {
    for (const one of [inboxPartitions(CALLS_KEPT_DAYS), ...timelinePartitions({ calls: CALLS_KEPT_DAYS, notes: NOTES_KEPT_DAYS })])
      for (let days = 0; days <= one.keepDays + 30; days += 30) {
        const at = later(new Date(), -days * DAY)
        await keepPartitions(db, { ...one, aheadCount: 0 }, at)
      }
  } finally {
    await db.close()
  }
}

/** As the worker does every hour. */
async function sumUp(databaseUrl: string): Promise<void> {
  const db = openDb(databaseUrl, { max: 1, name: 'bench' })
  try {
    await sumUpHours(db.q, later(new Date(), -40 * DAY))
    await addUpTotals(db.q)
  } finally {
    await db.close()
  }
}
