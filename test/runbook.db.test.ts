import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { testDb } from './kit/database.ts'

/** Every SQL block of docs/runbook.md, run as it stands, against a state made for it. */
const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'runbook.md'), 'utf8')
const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
const block = (text: string, nth = 0): string => {
  const found = blocks.filter((sql) => sql.includes(text))[nth]
  if (!found) throw new Error(`no block with ${text}`)
  return found
}

const db = await testDb()
const user = randomUUID()
const ids = {
  stuck: randomUUID(),
  fresh: randomUUID(),
  error: randomUUID(),
  installing: randomUUID(),
  done: randomUUID(),
  active: randomUUID(),
  canceled: randomUUID(),
}
const ask = async (sql: string, id = ''): Promise<Record<string, unknown>[]> =>
  (await db.byHand(sql.replace(/ORDER_ID/g, id).replace(/USER_ID/g, user))).rows

interface Row {
  status: string
  /** Minutes ago. */
  paid: number
  updated: number
  server?: number
}
const rows: Record<keyof typeof ids, Row> = {
  stuck: { status: 'paid', paid: 25, updated: 25 },
  fresh: { status: 'paid', paid: 2, updated: 2 },
  error: { status: 'error', paid: 50, updated: 40 },
  installing: { status: 'installing', paid: 3, updated: 1, server: 7 },
  done: { status: 'provisioned', paid: 30, updated: 24, server: 8 },
  active: { status: 'active', paid: 3_000, updated: 2_990, server: 9 },
  canceled: { status: 'canceled', paid: 500, updated: 400, server: 10 },
}

beforeAll(async () => {
  await db.pool.query(`
    insert into auth."user" (id, name, email, "emailVerified") values ('${user}', 'Ada', 'ada@example.com', true);
    insert into external_accounts (user_id, pterodactyl_user_id, panel_username, panel_email, created_at, updated_at) values ('${user}', 41, 'ada', 'ada@example.com', now(), now());
    insert into regions (id, name, location_id) values ('fra', 'Frankfurt', 1);
    insert into games (id, name, summary) values ('minecraft', 'Minecraft', 'Blocks.');
    insert into recipes (id, game_id, variant, egg_id) values ('paper', 'minecraft', 'Paper', 4);
    insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('p4', 'paper', 'Paper 4 GB', 4, 2, 20), ('p8', 'paper', 'Paper 8 GB', 8, 4, 40);
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb, reserved_headroom_gb) values
      (1, gen_random_uuid(), 'node-1', 1, 'n1', 64, 1000, 4), (2, gen_random_uuid(), 'node-2', 1, 'n2', 32, 500, 2);`)
  for (const [name, row] of Object.entries(rows)) {
    await db.pool.query(
      `insert into orders (id, user_id, plan_id, term, region_id, server_name, status, node_id, pterodactyl_server_id, pterodactyl_server_identifier, amount_cents, currency, created_at, recorded_at, updated_at)
       values ($1, $2, $3, 'monthly', 'fra', $4, $5, $6, $7, $8, 1399, 'usd', now() - make_interval(mins => $9), now(), now() - make_interval(mins => $10))`,
      [
        ids[name as keyof typeof ids],
        user,
        name === 'done' ? 'p8' : 'p4',
        name,
        row.status,
        name === 'stuck' ? 2 : 1,
        row.server ? String(row.server) : null,
        row.server ? `abc${row.server}` : null,
        row.paid,
        row.updated,
      ],
    )
  }
})

test('the page holds every statement of the runbook', () => {
  expect(blocks).toHaveLength(13)
})

test('paid or error without a server, newest first', async () => {
  const found = await ask(block('Find orders that are paid but not provisioned'))
  expect(found.map((row) => row['id'])).toEqual([ids.fresh, ids.stuck, ids.error])
  // The runbook compares the column with '', so it is text.
  await db.byHand(`update orders set pterodactyl_server_id = '' where id = '${ids.fresh}'`)
  expect((await ask(block('Find orders that are paid but not provisioned'))).map((row) => row['id'])).toContain(ids.fresh)
})

test('the panel account, in each of its three forms', async () => {
  for (const sql of [block('Check if user has panel account'), block('pterodactyl_user_id,\n'), block('Check external_accounts updated')])
    expect(await ask(sql)).toMatchObject([{ user_id: user, pterodactyl_user_id: 41 }])
})

test('one order after a retry', async () => {
  expect(await ask(block('Check order updated'), ids.done)).toMatchObject([
    { id: ids.done, status: 'provisioned', pterodactyl_server_id: '8', pterodactyl_server_identifier: 'abc8' },
  ])
})

test('stuck for over ten minutes, oldest first, with its age', async () => {
  const found = await ask(block('minutes_ago'))
  expect(found.map((row) => row['id'])).toEqual([ids.stuck])
  expect(Number(found[0]?.['minutes_ago'])).toBeCloseTo(25, 0)
  expect((await ask(block("INTERVAL '10 minutes'", 1))).map((row) => row['id'])).toEqual([ids.stuck])
})

test('orders in error', async () => {
  expect((await ask(block('Find orders with error status'))).map((row) => row['id'])).toEqual([ids.error])
})

test('success rate of the last hour: one of four', async () => {
  expect(Number((await ask(block('success_rate')))[0]?.['success_rate'])).toBe(25)
})

test('average time to provision', async () => {
  expect(Number((await ask(block('avg_minutes')))[0]?.['avg_minutes'])).toBeCloseTo(6, 1)
})

test('use of a node: what is sold on it, without the error and the canceled', async () => {
  const found = await ask(block('available_ram_gb'))
  const use = Object.fromEntries(found.map((row) => [row['name'], [Number(row['used_ram_gb']), Number(row['available_ram_gb'])]]))
  expect(use).toEqual({ 'node-1': [4 + 4 + 8 + 4, 64 - 4 - 20], 'node-2': [4, 32 - 2 - 4] })
})

test('active queries', async () => {
  expect((await ask(block('pg_stat_activity'))).length).toBeGreaterThan(0)
})

test('canceled by hand is noticed and recorded, and never refused', async () => {
  await ask(block("SET status = 'canceled'"), ids.done)
  const { rows: after } = await db.pool.query('select status, next_check_at <= now() as due, changed_by_hand from orders where id = $1', [
    ids.done,
  ])
  expect(after[0]).toMatchObject({
    status: 'canceled',
    due: true,
    changed_by_hand: { from: 'provisioned', to: 'canceled', by: 'postgres', application: 'psql' },
  })
  const { rows: audit } = await db.pool.query(`select actor_kind, did, details from audit_log where target_id = $1`, [ids.done])
  expect(audit).toMatchObject([{ actor_kind: 'sql', did: 'orders.status_changed_by_hand', details: { to: 'canceled' } }])
})

test('our own sessions are not taken for hands', async () => {
  await db.pool.query(`update orders set status = 'installing' where id = $1`, [ids.fresh])
  const { rows: after } = await db.pool.query('select changed_by_hand from orders where id = $1', [ids.fresh])
  expect(after[0]).toEqual({ changed_by_hand: null })
})

test('an order is never deleted', async () => {
  await expect(db.byHand(`delete from orders where id = '${ids.active}'`)).rejects.toThrow(/never deleted/)
})
