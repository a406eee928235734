import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { runtimeFile } from '../src/config.ts'
import { Shopper } from '../src/doors/cli/demo/shopper.ts'
import { givrwrld } from './kit/command-line.ts'
import { type Stack, startStack } from './kit/stack.ts'

/** The database is lost an hour after its last backup, while Stripe, the panel and the customers went on. */
let stack: Stack
const name = `restored_${randomBytes(5).toString('hex')}`
const url = () => stack.db.url.replace(/[^/]+$/, name)
const admin = async (sql: string) => {
  const client = new pg.Client({ connectionString: inject('databaseUrl').replace(/[^/]+$/, 'postgres') })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
const restored = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url() })
  await client.connect()
  const { rows } = await client.query<T>(sql, values).finally(() => client.end())
  return rows
}
beforeAll(async () => {
  stack = await startStack({ env: { BACKFILL_MS: '5000' } })
  await stack.startProduct()
  await admin(`create database ${name}`)
}, 120_000)
afterAll(async () => {
  await stack.close()
  await admin(`drop database ${name} with (force)`)
})

const customer = async (address: string): Promise<Shopper> => {
  const shopper = new Shopper({ shopUrl: stack.url, controlUrl: stack.sandbox.controlUrl }, address)
  await shopper.signUp()
  await shopper.verify()
  return shopper
}
const delivered = async (shopper: Shopper, id: string): Promise<void> => {
  expect(await shopper.waitFor(id, 60_000)).toMatchObject({ status: 'provisioned' })
}
const PLAN = 'teeworlds-vanilla-2gb'
const serversOnPanel = async (): Promise<Record<string, number[]>> => {
  const answer = await fetch(`${stack.config.panelUrl}/api/application/servers?per_page=500`, {
    headers: { authorization: `Bearer ${stack.config.panelAppKey}`, accept: 'application/json' },
  })
  const { data } = (await answer.json()) as { data: { attributes: { id: number; external_id: string } }[] }
  const found: Record<string, number[]> = {}
  for (const { attributes } of data) found[attributes.external_id] = [...(found[attributes.external_id] ?? []), attributes.id]
  return found
}
const mailsTo = async (address: string): Promise<string[]> => {
  const answer = await fetch(`${stack.sandbox.controlUrl}/mail/messages.json?to=${encodeURIComponent(address)}`)
  return ((await answer.json()) as { messages: { subject: string }[] }).messages.map((message) => message.subject)
}

test('what happened after the backup is found again: at Stripe, on the panel; and nothing is done twice', async () => {
  const [anna, ben] = [await customer('anna@players.example.com'), await customer('ben@players.example.com')]
  const before = await anna.checkOut(PLAN, 'eu.fra')
  await anna.pay(before.url)
  await delivered(anna, before.id)
  // Opened before the backup, paid after it.
  const across = await ben.checkOut(PLAN, 'eu.fra')
  await vi.waitFor(async () => expect(await mailsTo('anna@players.example.com')).toContainEqual('Ready: Demo of anna'), {
    timeout: 30_000,
  })
  // A mail that waits while the backup is taken, and goes out after it.
  await stack.fault({ system: 'mail', kind: 'down' })
  await stack.db.byHand(`insert into messages (to_email, template, props, dedupe_key, next_attempt_at, created_at)
    select 'carl@players.example.com', template, props, 'waits', now(), now() from messages where template = 'server_ready' limit 1`)

  const taken = await givrwrld(stack.dataDir, 'db', 'backup', '--keep', '2', '--json')
  expect(taken.code, taken.err).toBe(0)
  const { file, rows } = taken.json<{ file: string; rows: number }>()
  expect(file).toMatch(new RegExp(`^${join(stack.dataDir, 'backups')}/givrwrld-.*Z[.]tar$`))
  const healthy = await givrwrld(stack.dataDir, 'doctor', '--only', 'database', '--json')
  expect(healthy.json<{ verdicts: { id: string; state: string }[] }>().verdicts.find((one) => one.id === 'database.backup')?.state).toBe(
    'ok',
  )

  await stack.noFaults()
  await stack.db.byHand(`update messages set next_attempt_at = now() where status = 'queued'`)
  await ben.pay(across.url)
  await delivered(ben, across.id)
  const after = await anna.checkOut(PLAN, 'us.dal')
  await anna.pay(after.url)
  await delivered(anna, after.id)
  await vi.waitFor(async () => expect(await mailsTo('carl@players.example.com')).toHaveLength(1), { timeout: 60_000, interval: 500 })
  const standing = await serversOnPanel()
  expect(Object.keys(standing).sort()).toEqual([before.id, across.id, after.id].sort())
  const delivery = await stack.db.byHand(`select id, pterodactyl_server_id as server from orders order by id`)

  // The database is gone; another machine has the file.
  await stack.killProduct('SIGKILL')
  const refused = await givrwrld(stack.dataDir, 'db', 'restore', '--from', file, '--into', stack.db.url)
  expect(refused.code, refused.out).toBe(65)
  expect((await givrwrld(stack.dataDir, 'db', 'restore', '--from', file, '--into', url(), '--dry-run')).out).toContain(
    `Would restore ${rows} rows`,
  )
  const done = await givrwrld(stack.dataDir, 'db', 'restore', '--from', file, '--into', url(), '--json')
  expect(done.code, done.err).toBe(0)
  expect(done.json()).toMatchObject({ rows, newer: [], heldMails: 1 })
  expect(await restored('select id::text from orders')).toEqual([{ id: before.id }])

  const runtime = JSON.parse(readFileSync(runtimeFile(stack.dataDir), 'utf8'))
  writeFileSync(runtimeFile(stack.dataDir), JSON.stringify({ ...runtime, DATABASE_URL: url() }))
  await stack.startProduct()

  // The one whose checkout the backup knows is made by the sweep, and its server is taken over.
  const orderOf = (id: string) =>
    restored<{ status: string; server: string | null }>(`select status, pterodactyl_server_id as server from orders where id = $1`, [id])
  const serverOf = (id: string): string => delivery.rows.find((row) => row.id === id)?.server
  const takenOver = (id: string) =>
    vi.waitFor(async () => expect(await orderOf(id)).toEqual([{ status: 'provisioned', server: serverOf(id) }]), {
      timeout: 90_000,
      interval: 500,
    })
  await takenOver(across.id)

  // The one that the backup never heard of is found, and made again with one command.
  const finding = await vi.waitFor(
    async () => {
      const found = await restored<{ id: string }>(
        `select id from findings where kind = 'billing.unknown_checkout' and subject_id = $1 and status = 'open'`,
        [after.id],
      )
      expect(found).toHaveLength(1)
      return found[0]!.id
    },
    { timeout: 60_000, interval: 500 },
  )
  const repaired = await givrwrld(stack.dataDir, 'findings', 'repair', finding, '--way', 'recreate', '--reason', 'Lost with the database')
  expect(repaired.code, repaired.err).toBe(0)
  await takenOver(after.id)

  expect(await serversOnPanel()).toEqual(standing)
  expect(await orderOf(before.id)).toEqual([{ status: 'provisioned', server: serverOf(before.id) }])
  // The mail that had gone out is not sent again; somebody may, if it is missed.
  expect(await mailsTo('carl@players.example.com')).toHaveLength(1)
  expect(await restored(`select count(*)::int as n from findings where kind = 'messages.not_sent' and status = 'open'`)).toEqual([{ n: 1 }])
  // Nobody stayed signed in.
  await expect(anna.order(before.id)).rejects.toThrow(/401/)

  const doctor = await givrwrld(stack.dataDir, 'doctor', '--only', 'work')
  expect(doctor.out).toMatch(/Restored at .* from a backup of .*\. Both sweeps have been through since\./)
  expect(await restored(`select did from audit_log where did like 'operations.%' order by id`)).toEqual([{ did: 'operations.restored' }])
}, 300_000)
