import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { testDb } from '../../../test/kit/database.ts'
import { Failure } from '../../kit/failure.ts'
import { migrate, pendingMigrations } from '../migrate.ts'
import { openBackup, sumOf } from './manifest.ts'
import { restoreBackup } from './restore.ts'
import { takeBackup } from './take.ts'
import { writeTar } from './tar.ts'

const folder = mkdtempSync(join(tmpdir(), 'givrwrld-backup-'))
const db = await testDb()
const made: string[] = []
const admin = async (sql: string) => {
  const client = new pg.Client({ connectionString: inject('databaseUrl').replace(/[^/]+$/, 'postgres') })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
/** An empty database, as on another machine. */
async function elsewhere(): Promise<string> {
  const name = `r_${Math.random().toString(36).slice(2)}`
  await admin(`create database ${name}`)
  made.push(name)
  return inject('databaseUrl').replace(/[^/]+$/, name)
}
afterAll(async () => {
  for (const name of made) await admin(`drop database ${name} with (force)`)
  rmSync(folder, { recursive: true })
})
async function within<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return act(client).finally(() => client.end())
}
const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it went through',
    (thrown: unknown) => (thrown instanceof Failure ? thrown.code : String(thrown)),
  )

/** Every table's number of rows and the sum of all that is in them. */
async function contents(client: pg.Client, tables: string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const table of tables) {
    const { rows } = await client.query(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from ${table} t`,
    )
    found[table] = rows[0].sum
  }
  return found
}

/** What breaks copies: signs, sizes, instants to the microsecond, rows of long ago. */
beforeAll(async () => {
  await db.byHand(`
    insert into auth."user" (id, name, email) values ('11111111-2222-4333-8444-555555555555', E'O''Brien\\t\\\\N\\n"ünï 🎮', 'o@example.com');
    insert into auth.session ("userId", "expiresAt", token) values ('11111111-2222-4333-8444-555555555555', now(), 't');
    insert into messages (to_email, template, dedupe_key, props, next_attempt_at, created_at)
      values ('a@example.com', 'x', 'k1', 'null', now(), '2026-01-02 03:04:05.678901+00'), ('b@example.com', E'\\\\.', 'k2', '{"n": 12345678901234567890.123}', 'infinity', now());
    insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at)
      select 'evt_' || n, 'invoice.paid', now() - n * interval '1 month', now(), '{}', now() from generate_series(0, 14) n;
    create table stripe_events_2019_01 partition of stripe_events for values from ('2019-01-01 00:00:00+00') to ('2019-02-01 00:00:00+00');
    insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at) values ('evt_old', 'invoice.paid', '2019-01-05', now(), '{}', now());
    insert into order_events (order_id, at, kind, title) select gen_random_uuid(), now() - n * interval '3 months', (array['call', 'state', 'note'])[1 + n % 3], 't' from generate_series(0, 8) n;
    insert into games (id, name, summary) values ('g', 'G', 's');
    insert into recipes (id, game_id, variant, egg_id, ports) values ('r', 'g', 'V', 1, '["game"]');
    insert into plans (id, recipe_id, name, ram_gb, cores, disk_gb) values ('new', 'r', 'N', 2, 0.5, 10), ('old', 'r', 'O', 2, 1, 10);
    insert into ptero_nodes (id, uuid, name, location_id, fqdn, max_ram_gb, max_disk_gb) values (1, gen_random_uuid(), 'n1', 1, 'n1.test', 64.25, 1000)`)
})

test('megabytes come back the same: the driver uses its buffers again', async () => {
  const big = await elsewhere()
  await migrate(big)
  await within(big, (client) =>
    client.query(`insert into logs (at, level, fn, message, process, facts)
      select now() + n * interval '1 second', 'info', 'f' || n % 7, repeat(md5(n::text), 1 + n % 60), 'p', jsonb_build_object('n', n) from generate_series(1, 20000) n`),
  )
  const [file, url] = [join(folder, 'big.tar'), await elsewhere()]
  expect((await takeBackup({ url: big, file, takenBy: 'test' })).bytes).toBeGreaterThan(500_000)
  await restoreBackup({ file, url, force: false })
  expect(await within(url, (client) => contents(client, ['logs']))).toEqual(await within(big, (client) => contents(client, ['logs'])))
})

/** Two rows in each transaction, in two tables: neither is ever there without the other. */
function writers(count: number) {
  let going = true
  const write = async () => {
    let written = 0
    for (; going; written += 1)
      await db.tx(async (tx) => {
        const row = { actor_kind: 'system' as const, actor_id: 'load', did: 'load', target_type: 'load', target_id: String(written) }
        const { id } = await tx.insertInto('audit_log').values(row).returning('id').executeTakeFirstOrThrow()
        const mail = { to_email: 'load@example.com', template: 'load', dedupe_key: `load ${id}` }
        await tx
          .insertInto('messages')
          .values({ ...mail, next_attempt_at: new Date(), created_at: new Date() })
          .execute()
        await tx
          .deleteFrom('messages')
          .where('dedupe_key', '=', `load ${id - 40}`)
          .execute()
        await tx
          .deleteFrom('audit_log')
          .where('id', '=', id - 40)
          .where('did', '=', 'load')
          .execute()
      })
    return written
  }
  const all = Array.from({ length: count }, write)
  return async () => {
    going = false
    return (await Promise.all(all)).reduce((sum, one) => sum + one, 0)
  }
}

test('a backup under load is one instant, and comes back the same to the last byte', async () => {
  const file = join(folder, 'load.tar')
  const stop = writers(4)
  await vi.waitFor(async () => expect((await db.byHand(`select from audit_log where did = 'load'`)).rowCount).toBeGreaterThan(20), {
    timeout: 10_000,
  })
  let seen: Record<string, string> = {}
  const taken = await takeBackup({
    url: db.url,
    file,
    takenBy: 'test',
    onSnapshot: (id) =>
      within(db.url, async (client) => {
        await client.query(`set timezone = 'UTC'; begin isolation level repeatable read; set transaction snapshot '${id}'`)
        const { rows } = await client.query<{ name: string }>(
          `select format('%I.%I', table_schema, table_name) as name from information_schema.tables t
          where table_schema in ('public', 'auth') and table_type = 'BASE TABLE'
            and not exists (select from pg_class c where c.oid = format('%I.%I', table_schema, table_name)::regclass and c.relispartition)`,
        )
        seen = await contents(
          client,
          rows.map((row) => row.name),
        )
      }),
  })
  const during = await stop()
  expect(during).toBeGreaterThan(10)
  expect(taken.tables).toBe(Object.keys(seen).length)

  const url = await elsewhere()
  const restored = await restoreBackup({ file, url, force: false })
  expect(restored).toMatchObject({ rows: taken.rows, newer: [] })
  await within(url, async (client) => {
    await client.query(`set timezone = 'UTC'`)
    expect(await contents(client, Object.keys(seen))).toEqual(seen)
    const { rows } = await client.query(`select count(*) filter (where m.id is null or a.id is null) as halves, count(*) as pairs
      from (select * from audit_log where did = 'load') a full join (select * from messages where template = 'load') m on m.dedupe_key = 'load ' || a.id`)
    expect(Number(rows[0].halves)).toBe(0)
    expect(Number(rows[0].pairs)).toBeGreaterThan(0)
    // Old months stand in partitions of their own, as before.
    const old = await client.query(`select tableoid::regclass::text as "table" from stripe_events where id = 'evt_old'`)
    expect(old.rows).toEqual([{ table: 'stripe_events_2019_01' }])
    // Numbers go on where they were, and triggers are awake.
    await client.query(
      `insert into audit_log (actor_kind, actor_id, did, target_type, target_id) values ('system', 'x', 'after', 'x', 'x')`,
    )
    const { rows: after } = await client.query(
      `select id > (select max(id) from audit_log where did <> 'after') as it from audit_log where did = 'after'`,
    )
    expect(after).toEqual([{ it: true }])
    const asleep = await client.query(`select tgname from pg_trigger where tgenabled <> 'O'`)
    expect(asleep.rows).toEqual([])
    const generated = await client.query(`select free_ram_mb from ptero_nodes`)
    expect(Number(generated.rows[0].free_ram_mb)).toBe(64.25 * 1024)
  })
})

test('a database that was restored says so until somebody finishes it', async () => {
  const [file, url] = [join(folder, 'half.tar'), await elsewhere()]
  await takeBackup({ url: db.url, file, takenBy: 'test' })
  await restoreBackup({ file, url, force: false })
  await within(url, async (client) => {
    expect(await failureOf(pendingMigrations(client))).toBe('db.half_restored')
    expect(await failureOf(migrate(url))).toBe('db.half_restored')
    await client.query('drop table givrwrld.restoring')
    expect(await pendingMigrations(client)).toEqual([])
  })
})

test('a file that is not whole is refused, and nothing is touched', async () => {
  const file = join(folder, 'whole.tar')
  await takeBackup({ url: db.url, file, takenBy: 'test' })
  expect(await failureOf(takeBackup({ url: db.url, file, takenBy: 'test' }))).toBe('db.backup_exists')
  const url = await elsewhere()
  const bytes = readFileSync(file)
  const spoilt = async (name: string, change: (copy: Buffer) => Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, change(Buffer.from(bytes)))
    return failureOf(restoreBackup({ file: path, url, force: false }))
  }
  const flipped = (at: number) => (copy: Buffer) => {
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
    return copy
  }
  expect(await spoilt('content.tar', flipped(515))).toBe('db.backup_broken')
  expect(await spoilt('manifest.tar', flipped(bytes.indexOf('"takenBy"') + 3))).toBe('db.backup_broken')
  expect(await spoilt('short.tar', (copy) => copy.subarray(0, copy.length / 2))).toBe('db.backup_broken')
  expect(await spoilt('empty.tar', () => Buffer.alloc(0))).toBe('db.backup_broken')
  expect(await failureOf(restoreBackup({ file: join(folder, 'none.tar'), url, force: false }))).toBe('db.backup_broken')
  await within(url, async (client) => {
    const { rows } = await client.query(`select to_regclass('public.orders') is null as untouched`)
    expect(rows).toEqual([{ untouched: true }])
  })
})

test('a target with tables is refused, unless it is to go; one in use is refused in any case', async () => {
  const [file, url] = [join(folder, 'target.tar'), await elsewhere()]
  await takeBackup({ url: db.url, file, takenBy: 'test' })
  await within(url, (client) => client.query(`create table precious (n int); insert into precious values (1)`))
  expect(await failureOf(restoreBackup({ file, url, force: false }))).toBe('db.not_empty')
  const user = new pg.Client({ connectionString: url, application_name: 'givrwrld all' })
  await user.connect()
  expect(await failureOf(restoreBackup({ file, url, force: true }))).toBe('db.in_use')
  await user.end()
  await within(url, async (client) => expect((await client.query('select n from precious')).rows).toEqual([{ n: 1 }]))
  await restoreBackup({ file, url, force: true })
  await within(url, async (client) => {
    const { rows } = await client.query(`select to_regclass('precious') is null as gone, (select count(*)::int from auth."user") as users`)
    expect(rows).toEqual([{ gone: true, users: 1 }])
  })
})

/** The same rows, with another list of contents. */
async function rewritten(from: string, name: string, change: (manifest: Record<string, unknown>) => void): Promise<string> {
  const { manifest, read } = await openBackup(from)
  const path = join(folder, name)
  const archive = await writeTar(path)
  for (const table of manifest.tables) {
    const chunks: Buffer[] = []
    for await (const chunk of read(table.file)) chunks.push(Buffer.from(chunk))
    await archive.add(table.file, Buffer.concat(chunks))
  }
  change(manifest)
  const text = Buffer.from(JSON.stringify(manifest))
  await archive.add('manifest.json', text)
  await archive.add('manifest.json.sha256', Buffer.from(sumOf(text)))
  await archive.close()
  return path
}

test('a backup of a newer version is refused, one of an older version is brought up to date', async () => {
  const file = join(folder, 'versions.tar')
  await takeBackup({ url: db.url, file, takenBy: 'test' })
  const newer = await rewritten(file, 'newer.tar', (manifest) =>
    Object.assign(manifest, { migrations: [...(manifest['migrations'] as string[]), '999_later'] }),
  )
  expect(await failureOf(restoreBackup({ file: newer, url: await elsewhere(), force: false }))).toBe('db.backup_newer')

  const old = await elsewhere()
  const early = (await openBackup(file)).manifest.migrations.filter((name) => name < '010')
  await migrate(old, { upTo: early })
  await within(old, (client) =>
    client.query(
      `insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at) values ('evt_1', 'invoice.paid', '2025-05-05', now(), '{}', now())`,
    ),
  )
  const oldFile = join(folder, 'old.tar')
  await takeBackup({ url: old, file: oldFile, takenBy: 'test' })
  const url = await elsewhere()
  const { newer: ran } = await restoreBackup({ file: oldFile, url, force: false })
  expect(ran[0]).toBe('010_growth')
  await within(url, async (client) => {
    await client.query('drop table givrwrld.restoring')
    expect(await pendingMigrations(client)).toEqual([])
    const { rows } = await client.query(`select id, tableoid::regclass::text as "table" from stripe_events`)
    expect(rows).toEqual([{ id: 'evt_1', table: 'stripe_events_2025_05' }])
  })
})

test('rows that do not add up leave no row behind, and a database that nothing serves', async () => {
  const [file, url] = [join(folder, 'sums.tar'), await elsewhere()]
  await takeBackup({ url: db.url, file, takenBy: 'test' })
  copyFileSync(file, join(folder, 'copy.tar'))
  const wrong = await rewritten(file, 'wrong.tar', (manifest) => {
    const tables = manifest['tables'] as { name: string; rows: number }[]
    for (const table of tables) if (table.name === 'stripe_events') table.rows += 1
  })
  expect(await failureOf(restoreBackup({ file: wrong, url, force: false }))).toBe('db.backup_broken')
  await within(url, async (client) => {
    expect((await client.query(`select count(*)::int as n from auth."user"`)).rows).toEqual([{ n: 0 }])
    expect(await failureOf(pendingMigrations(client))).toBe('db.half_restored')
  })
  // Done again it goes through: what was begun counts as something to be removed.
  expect(await failureOf(restoreBackup({ file, url, force: false }))).toBe('db.not_empty')
  expect(await restoreBackup({ file, url, force: true })).toMatchObject({ newer: [] })
})
