import type pg from 'pg'

/** Servers sold before, on each node: a shop's tables are never empty, and plans made on empty ones are not those of a shop. */
const SOLD_A_NODE = 20

/** A region of equal nodes with room for a whole run, and one plan at one price; put in by SQL, since no panel is asked. */
export async function seedFleet(pool: pg.Pool, size: { nodes: number; portsANode: number; soldANode?: number }): Promise<void> {
  const { nodes, portsANode, soldANode = SOLD_A_NODE } = size
  await pool.query(`
    insert into regions (id, name, location_id) values ('fra', 'Frankfurt', 1);
    insert into games (id, name, summary) values ('mc', 'Minecraft', 'Blocks');
    insert into recipes (id, game_id, variant, egg_id, problem) values ('mc-paper', 'mc', 'Paper', 1, null);
    insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('mc-2', 'mc-paper', '2 GB', 2, 1, 10);
    insert into plan_prices values ('mc-2', 'monthly', 'usd', 599, 'price_bench');
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb, free_allocations)
      select n, gen_random_uuid(), 'node-' || n, 1, 'n' || n || '.test', 8192, 100000, ${portsANode} from generate_series(1, ${nodes}) n;
    insert into node_allocations (id, node_id, ip, port)
      select (n - 1) * ${portsANode} + p, n, '203.0.113.1', 25000 + p
      from generate_series(1, ${nodes}) n, generate_series(1, ${portsANode}) p;
    insert into checkouts (id, user_id, plan_id, term, region_id, server_name, state, amount_cents, currency, stripe_price_id,
      session_expires_at, terms_accepted_at, client_ip, created_at, updated_at)
      select gen_random_uuid(), gen_random_uuid(), 'mc-2', 'monthly', 'fra', 'Castle', 'paid', 599, 'usd', 'price_bench',
        now(), now(), '198.51.100.' || n % 250, now(), now()
      from generate_series(1, ${nodes * soldANode}) n;
    update checkouts set state = 'open' where id in (select id from checkouts limit ${nodes});
    insert into reservations (id, node_id, region_id, ram_mb, disk_mb, port_names, state, created_at, committed_at)
      select id, 1 + row_number() over () % ${nodes}, 'fra', 2048, 10240, '{game}', 'committed', now(), now() from checkouts;
    insert into order_events (order_id, at, kind, title) select id, now(), 'note', 'Checkout begun' from checkouts, generate_series(1, 5);
    update node_allocations a set reservation_id = r.id, port_name = 'game', assigned = true
      from (select id, node_id, row_number() over (partition by node_id) as n from reservations) r
      where a.id = (r.node_id - 1) * ${portsANode} + r.n;
    ${COUNT_AGAIN}`)
  await tidy(pool)
}

const COUNT_AGAIN = `
  update ptero_nodes n set held_ram_mb = 0, reserved_ram_mb = t.ram, reserved_disk_mb = t.disk, free_allocations = t.ports
  from (
    select m.id, coalesce(r.ram, 0) as ram, coalesce(r.disk, 0) as disk, coalesce(a.ports, 0) as ports from ptero_nodes m
    left join (select node_id, sum(ram_mb) as ram, sum(disk_mb) as disk from reservations group by 1) r on r.node_id = m.id
    left join (select node_id, count(*) as ports from node_allocations where reservation_id is null group by 1) a on a.node_id = m.id
  ) t
  where t.id = n.id`

async function tidy(pool: pg.Pool): Promise<void> {
  for (const table of ['ptero_nodes', 'node_allocations', 'reservations', 'checkouts', 'order_events'])
    await pool.query(`vacuum analyze ${table}`)
}

/** What must be zero whatever happened: nodes with more RAM or disk reserved than they have, and reservations without just their ports. */
export async function wrongPlacements(pool: pg.Pool): Promise<{ oversold: number; wrongPorts: number }> {
  const { rows } = await pool.query<{ oversold: number; wrong_ports: number }>(`
    with taken as (select node_id, sum(ram_mb) as ram, sum(disk_mb) as disk from reservations group by node_id),
    ports as (select reservation_id, count(*) as n from node_allocations where reservation_id is not null group by reservation_id)
    select
      (select count(*)::int from taken t join ptero_nodes n on n.id = t.node_id
        where t.ram > n.max_ram_gb * 1024 or t.disk > n.max_disk_gb * 1024 or t.ram <> n.reserved_ram_mb) as oversold,
      (select count(*)::int from reservations r left join ports p on p.reservation_id = r.id
        where p.n is distinct from cardinality(r.port_names)) as wrong_ports`)
  return { oversold: rows[0]?.oversold ?? -1, wrongPorts: rows[0]?.wrong_ports ?? -1 }
}

/** What was held since `seedFleet` is free again. */
export async function freeHeld(pool: pg.Pool): Promise<void> {
  await pool.query(`
    update node_allocations set reservation_id = null, port_name = null
      where reservation_id in (select id from reservations where state = 'held');
    delete from reservations where state = 'held';
    delete from order_events where order_id in (select id from checkouts where state = 'opening');
    delete from checkouts where state = 'opening';
    ${COUNT_AGAIN}`)
  await tidy(pool)
}
