import { beforeAll, expect, test } from 'vitest'
import { testDb } from '../../../test/kit/database.ts'
import { accountsWithoutServer, leakedHolds } from './records.ts'

const db = await testDb()
/** More than one look takes in. */
const ROWS = 1_234
const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

beforeAll(async () => {
  await db.byHand(`
    insert into regions (id, name, location_id) values ('eu', 'Europe', 1);
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb) values (1, gen_random_uuid(), 'node-1', 1, 'n1.test', 9, 9);
    insert into games (id, name, summary) values ('mc', 'Minecraft', 'Blocks');
    insert into recipes (id, game_id, variant, egg_id) values ('r', 'mc', 'Paper', 1);
    insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('p', 'r', '1 GB', 1, 1, 1);
    insert into reservations (id, node_id, region_id, ram_mb, disk_mb, port_names, state, created_at)
      select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'eu', 1, 1, '{}', 'held', now() from generate_series(1, ${ROWS}) n;
    insert into checkouts (id, user_id, plan_id, term, region_id, server_name, state, amount_cents, currency, stripe_price_id, session_expires_at, terms_accepted_at, created_at, updated_at)
      select id, id, 'p', 'monthly', 'eu', 'Castle', 'open', 1, 'usd', 'p', now(), now(), now(), now() from reservations where id not in ('${id(3)}', '${id(700)}', '${id(ROWS)}');
    insert into auth."user" (id, name, email, "emailVerified") select id, 'Somebody', id || '@example.com', true from reservations;
    insert into external_accounts (user_id, pterodactyl_user_id, panel_username, panel_email, created_at, updated_at)
      select id, row_number() over (), 'u' || id, id || '@example.com', now(), now() from reservations`)
})

/** Looks again and again, as one sweep after another does. */
async function walk<T>(
  look: (after: string | null) => Promise<{ found: T[]; next: string | null }>,
): Promise<{ found: T[]; looks: number }> {
  const all: T[] = []
  let after: string | null = null
  for (let looks = 1; ; looks += 1) {
    const { found, next } = await look(after)
    all.push(...found)
    after = next
    if (next === null) return { found: all, looks }
  }
}

test('every hold that nobody needs is found, a few hundred looked at each time', async () => {
  const before = new Date(Date.now() + 60_000)
  const { found, looks } = await walk((after) => leakedHolds(db.q, { after, before, limit: 10 }))
  expect(found.map((one) => one.id)).toEqual([id(3), id(700), id(ROWS)])
  expect(looks).toBe(3)
  const oneByOne = await walk((after) => leakedHolds(db.q, { after, before, limit: 1 }))
  expect(oneByOne.found).toEqual(found)
})

test('every account without a server comes once in its turn', async () => {
  const { found, looks } = await walk((after) => accountsWithoutServer(db.q, { after, limit: 10 }))
  expect(found.map((one) => one.userId)).toEqual(Array.from({ length: ROWS }, (_, i) => id(i + 1)))
  expect(looks).toBe(Math.ceil(ROWS / 10))
})
