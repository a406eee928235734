import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { inspectConfig } from '../../src/config.ts'
import { buildDoctor } from '../../src/doors/build-doctor.ts'
import { givrwrld } from '../kit/command-line.ts'
import { SERVICE_KEY } from '../kit/stack.ts'
import { type Look, openWard, type Ward } from './ward.ts'

let ward: Ward
beforeAll(async () => {
  ward = await openWard()
}, 120_000)
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await ward.stack.noFaults()
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const wellAgain = async (): Promise<string[]> => {
  const { verdicts } = await ward.look()
  return verdicts.filter(({ state }) => state !== 'ok').map(({ id, found }) => `${id}: ${found}`)
}
const NO_BACKUP = 'database.backup: Not looked at: none was taken yet, and nothing here is real.'

test('a healthy sandbox is green, by every door', async () => {
  expect(await wellAgain()).toEqual([NO_BACKUP])
  const ran = await givrwrld(ward.stack.dataDir, 'doctor', '--json')
  expect(ran.code).toBe(0)
  expect(ran.json()).toMatchObject({ state: 'ok', verdicts: expect.arrayContaining([expect.objectContaining({ id: 'panel.key' })]) })
  const text = await givrwrld(ward.stack.dataDir, 'doctor', '--only', 'panel')
  expect(text.out).toContain('✔ The panel takes our key: PTERO_APP_KEY is accepted.')
  expect(text.out).not.toContain('PostgreSQL')
})

test('by the API it is for operators, one run at a time, and kept for a while', async () => {
  const ask = (key: string) => fetch(`${ward.stack.url}/api/ops/doctor`, { headers: { authorization: `Bearer ${key}` } })
  expect((await ask('none')).status).toBe(401)
  const answers = await Promise.all([ask(SERVICE_KEY), ask(SERVICE_KEY), ask(SERVICE_KEY)])
  const reports = await Promise.all(answers.map((answer) => answer.json() as Promise<{ at: string; state: string }>))
  expect(reports.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
  expect(new Set(reports.map(({ at }) => at)).size).toBe(1)
  expect((await (await ask(SERVICE_KEY)).json()) as object).toMatchObject({ at: reports[0]?.at })
})

test('from elsewhere the same, with a key', async () => {
  const made = await givrwrld(ward.stack.dataDir, 'keys', 'create', 'night watch', '--scope', 'operate', '--json')
  expect(made.code, made.err).toBe(0)
  const { key } = made.json<{ key: string }>()
  const ran = await givrwrld(ward.stack.dataDir, 'doctor', '--url', ward.stack.url, '--key', key, '--only', 'stripe')
  expect(ran.code, ran.err).toBe(0)
  expect(ran.out).toContain('✔ Stripe takes our key')
  expect(ran.out).not.toContain('PostgreSQL')
})

interface Case extends Look {
  /** What makes it sick. */
  arrange?: () => Promise<unknown>
  id: string
  state: 'warning' | 'failed'
  found: RegExp
  remedy: RegExp
}
const panelFault =
  (kind: string, more: object = {}) =>
  () =>
    ward.stack.fault({ system: 'panel', kind, ...more })
const stripeFault = (kind: string) => () => ward.stack.fault({ system: 'stripe', kind })
const GB = 1024 ** 3
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
const https = { publicUrl: 'https://shop.example.com' }
const certificate = (days: number) => ({
  certificate: async () => ({ validTo: inDays(days), issuer: 'Example CA', refusedFor: null }),
  health: async () => ({ status: 200, proof: null, trouble: null }),
})

const PANEL: Record<string, Case> = {
  'a wrong key': {
    config: { panelAppKey: 'ptla_wrong' },
    id: 'panel.key',
    state: 'failed',
    found: /refuses PTERO_APP_KEY \(401\)/,
    remedy: /Create New/,
  },
  'a key that may not create servers': {
    arrange: panelFault('permission_missing', { match: 'POST /api/application/servers' }),
    ...{ id: 'panel.permissions', state: 'failed', found: /^The key lacks: servers write\.$/, remedy: /Read & Write for Servers/ },
  },
  'a key that may not read eggs': {
    arrange: panelFault('permission_missing', { match: '/eggs' }),
    ...{ id: 'panel.permissions', state: 'failed', found: /^The key lacks: eggs read\.$/, remedy: /Read for Nodes, Nests, Eggs/ },
  },
  'a panel that is down': {
    arrange: panelFault('down'),
    id: 'panel.answers',
    state: 'failed',
    found: /does not answer/,
    remedy: /PANEL_URL, its DNS/,
  },
  'a panel that hangs': {
    arrange: panelFault('hang'),
    id: 'panel.answers',
    state: 'failed',
    found: /timed out/,
    remedy: /PHP run on the panel/,
  },
  'a proxy without its panel': {
    arrange: panelFault('html'),
    id: 'panel.answers',
    state: 'failed',
    found: /answers 502 with HTML/,
    remedy: /PHP-FPM/,
  },
  'a login page in front': {
    arrange: panelFault('login_page'),
    id: 'panel.answers',
    state: 'failed',
    found: /answers 200 with HTML/,
    remedy: /without a path; or a login/,
  },
  'a wrong client key': {
    config: { panelClientKey: 'ptlc_wrong' },
    ...{ id: 'panel.client_key', state: 'warning', found: /refuses PTERO_CLIENT_KEY/, remedy: /API Credentials/ },
  },
  'no calls left': {
    arrange: panelFault('too_many_requests'),
    ...{ id: 'panel.rate', state: 'warning', found: /Too Many Attempts/, remedy: /same panel user/ },
  },
}

const FLEET: Record<string, Case> = {
  'no free ports': {
    arrange: async () => {
      await panelFault('all_ports_taken')()
      await givrwrld(ward.stack.dataDir, 'nodes', 'sync')
      await ward.stack.noFaults()
      cleanUps.push(() => givrwrld(ward.stack.dataDir, 'nodes', 'sync'))
    },
    ...{ id: 'fleet.allocations', state: 'failed', found: /No port is free on .*fra-1 0 of 400/, remedy: /Allocation, add ports/ },
  },
  'a region without room': {
    arrange: async () => {
      await ward.sql(`update ptero_nodes set reserved_headroom_gb = max_ram_gb where location_id = 1`)
      cleanUps.push(() => ward.sql(`update ptero_nodes set reserved_headroom_gb = 0`))
    },
    ...{
      id: 'fleet.regions',
      state: 'failed',
      found: /Sold out, even for the smallest plan .*: Frankfurt\./,
      remedy: /Add a node or memory/,
    },
  },
  'a region too small for the largest plan': {
    arrange: async () => {
      await ward.sql(`update ptero_nodes set reserved_headroom_gb = max_ram_gb - 8 where location_id = 2`)
      cleanUps.push(() => ward.sql(`update ptero_nodes set reserved_headroom_gb = 0`))
    },
    ...{ id: 'fleet.regions', state: 'warning', found: /No room for the largest plan .*: Dallas\./, remedy: /lower a headroom/ },
  },
  'a node in maintenance': {
    arrange: async () => {
      const set = async (on: boolean) => {
        const { attributes } = (await ward.panel('GET', 'nodes/1')) as { attributes: Record<string, unknown> }
        await ward.panel('PATCH', 'nodes/1', { ...attributes, maintenance_mode: on })
      }
      await set(true)
      cleanUps.push(() => set(false))
    },
    ...{ id: 'fleet.nodes', state: 'warning', found: /in maintenance: fra-1/, remedy: /End the maintenance/ },
  },
  'an egg that is gone': {
    arrange: panelFault('egg_gone', { field: 'Minecraft Paper' }),
    ...{ id: 'fleet.eggs', state: 'failed', found: /minecraft-paper: The panel has no egg/, remedy: /Correct the recipe/ },
  },
  'a variable that nobody gives': {
    arrange: panelFault('variable_added', { field: 'LICENCE_KEY' }),
    ...{ id: 'fleet.eggs', state: 'failed', found: /needs a value for LICENCE_KEY/, remedy: /or the egg on the panel/ },
  },
  'a closed checkout': {
    arrange: async () => {
      await ward.sql(`update panel_health set refused_since = now()`)
      cleanUps.push(() => ward.sql(`update panel_health set refused_since = null`))
    },
    ...{ id: 'fleet.selling', state: 'failed', found: /Checkout is closed/, remedy: /opens again by itself/ },
  },
}

const STRIPE: Record<string, Case> = {
  'a wrong key': {
    config: { stripeSecretKey: 'sk_test_wrong' },
    id: 'stripe.key',
    state: 'failed',
    found: /refuses STRIPE_SECRET_KEY: Invalid API Key/,
    remedy: /apikeys/,
  },
  'Stripe out of reach': { arrange: stripeFault('down'), id: 'stripe.key', state: 'failed', found: /does not answer/, remedy: /./ },
  'payments switched off': {
    arrange: stripeFault('charges_disabled'),
    id: 'stripe.charges',
    state: 'failed',
    found: /charges_enabled is false/,
    remedy: /dashboard\.stripe\.com\/account/,
  },
  'an archived price': {
    arrange: async () => {
      const { rows } = await ward.sql(
        `select stripe_price_id as id from plan_prices where plan_id = 'minecraft-paper-2gb' and term = 'monthly'`,
      )
      await ward.stripe('POST', `prices/${rows[0].id}`, { active: 'false' })
      cleanUps.push(() => ward.stripe('POST', `prices/${rows[0].id}`, { active: 'true' }))
    },
    ...{ id: 'stripe.prices', state: 'failed', found: /minecraft-paper-2gb monthly \(price_\w+\) is archived/, remedy: /made active/ },
  },
  'a price of another amount': {
    arrange: async () => {
      const change = (by: number) =>
        ward.sql(`update plan_prices set amount_cents = amount_cents + ${by} where plan_id = 'rust-vanilla-3gb' and term = 'monthly'`)
      await change(1)
      cleanUps.push(() => change(-1))
    },
    ...{
      id: 'stripe.prices',
      state: 'failed',
      found: /rust-vanilla-3gb monthly costs \d+ usd there and \d+ USD here/i,
      remedy: /Publish them again/,
    },
  },
}

const theEndpoint = async (): Promise<string> => ((await ward.stripe('GET', 'webhook_endpoints'))['data'] as { id: string }[])[0]?.id ?? ''
const WEBHOOKS: Record<string, Case> = {
  'an endpoint that is switched off': {
    arrange: stripeFault('endpoint_disabled'),
    ...{ id: 'webhooks.endpoint', state: 'failed', found: /The endpoint we_\w+ to .* is disabled/, remedy: /Enable it at/ },
  },
  'no endpoint that leads here': {
    config: { publicUrl: 'http://localhost:1' },
    ...{
      id: 'webhooks.endpoint',
      state: 'failed',
      found: /No endpoint leads to http:\/\/localhost:1\/functions.*Those that are there lead to: http/,
      remedy: /Correct PUBLIC_URL/,
    },
  },
  'an endpoint that brings too little': {
    arrange: async () => {
      const id = await theEndpoint()
      await ward.stripe('POST', `webhook_endpoints/${id}`, { 'enabled_events[0]': 'invoice.paid' })
      cleanUps.push(() => ward.stripe('POST', `webhook_endpoints/${id}`, { 'enabled_events[0]': '*' }))
    },
    ...{ id: 'webhooks.events', state: 'failed', found: /does not bring checkout\.session\.completed/, remedy: /Add them at/ },
  },
  'two endpoints': {
    arrange: async () => {
      const url = `${ward.config.publicUrl}/functions/v1/stripe-webhook`
      const { id } = await ward.stripe('POST', 'webhook_endpoints', { url, 'enabled_events[0]': 'invoice.paid' })
      cleanUps.push(() => ward.stripe('DELETE', `webhook_endpoints/${String(id)}`))
    },
    ...{ id: 'webhooks.single', state: 'warning', found: /2 endpoints lead to us/, remedy: /Disable all but the one/ },
  },
}

const HOST: Record<string, Case> = {
  'our clock is wrong': {
    readings: { now: () => new Date(Date.now() - 600_000) },
    ...{
      id: 'host.clock',
      state: 'failed',
      found: /PostgreSQL is 10 min ahead of us, the panel is 10 min/,
      remedy: /It is our clock.*timedatectl/,
    },
  },
  'the panel’s clock is wrong': {
    arrange: panelFault('clock_off'),
    ...{ id: 'host.clock', state: 'failed', found: /PostgreSQL agrees, the panel is 10 min ahead/, remedy: /^Set the clock/ },
  },
  'a full disk': {
    readings: { disk: async () => ({ freeBytes: 0.2 * GB, totalBytes: 50 * GB }) },
    ...{ id: 'host.disk', state: 'failed', found: /205 MB of 50\.0 GB are free/, remedy: /du -xh/ },
  },
  'a disk that fills': {
    readings: { disk: async () => ({ freeBytes: 3 * GB, totalBytes: 50 * GB }) },
    ...{ id: 'host.disk', state: 'warning', found: /3\.0 GB of 50\.0 GB/, remedy: /old backups/ },
  },
  'a certificate that ends soon': {
    ...{
      config: https,
      readings: certificate(9),
      id: 'host.tls',
      state: 'warning',
      found: /Example CA, good for another 9 days/,
      remedy: /Renew it/,
    },
  },
  'a certificate that is over': {
    ...{ config: https, readings: certificate(-2), id: 'host.tls', state: 'failed', found: /over since/, remedy: /Renew it/ },
  },
  'an address that leads nowhere': {
    config: { publicUrl: 'http://localhost:1' },
    ...{ id: 'host.public_url', state: 'failed', found: /does not answer \(ECONNREFUSED|bad port/, remedy: /Does the product run/ },
  },
  'somebody else at our address': {
    readings: { health: async () => ({ status: 200, proof: null, trouble: null }) },
    ...{ id: 'host.public_url', state: 'failed', found: /answers 200, and it is not this shop/, remedy: /Another program/ },
  },
  'another shop at our address': {
    config: { authSecret: 'another secret of more than 32 characters' },
    ...{ id: 'host.public_url', state: 'failed', found: /another shop of this kind/, remedy: /same AUTH_SECRET/ },
  },
}

const MAIL: Record<string, Case> = {
  'a mail server that is down': {
    arrange: () => ward.stack.fault({ system: 'mail', kind: 'down' }),
    ...{ id: 'mail.server', state: 'failed', found: /cannot be used now/, remedy: /SMTP_URL/ },
  },
  'mails that were given up': {
    arrange: async () => {
      await ward.sql(`insert into messages (to_email, template, dedupe_key, status, next_attempt_at, last_error, created_at)
        values ('a@example.com', 'verify', 'doctor-1', 'failed', now(), '550 no such user', now())`)
      cleanUps.push(() => ward.sql(`delete from messages where dedupe_key = 'doctor-1'`))
    },
    ...{
      id: 'mail.sent',
      state: 'warning',
      found: /1 mail was given up in the last day\. The last error: 550/,
      remedy: /correct the address/,
    },
  },
}

const WORK: Record<string, Case> = {
  'webhooks that nobody works off': {
    arrange: async () => {
      await ward.sql(`insert into stripe_events (id, type, created_at, received_at, payload, next_attempt_at)
        values ('evt_stuck', 'invoice.paid', now(), now() - interval '1 hour', '{}', now() + interval '1 hour')`)
      cleanUps.push(() => ward.sql(`delete from stripe_events where id = 'evt_stuck'`))
    },
    ...{ id: 'work.inbox', state: 'failed', found: /1 event waits, the oldest came 60 min ago/, remedy: /billing\.event_stuck/ },
  },
  'a sweep that does not run': {
    arrange: async () => {
      const { rows } = await ward.sql(`select finished_at from stripe_sweep`)
      await ward.sql(`update stripe_sweep set finished_at = now() - interval '5 hours'`)
      cleanUps.push(() => ward.sql(`update stripe_sweep set finished_at = '${rows[0].finished_at.toISOString()}'`))
    },
    ...{ id: 'work.sweeps', state: 'warning', found: /Stripe 5 h ago.*too long for Stripe/, remedy: /The log says why/ },
  },
  'a restored backup that nobody swept': {
    arrange: async () => {
      await ward.sql(
        `insert into restorations (restored_at, taken_at, restored_by) values (now() + interval '1 hour', now() - interval '1 day', 'test')`,
      )
      cleanUps.push(() => ward.sql(`delete from restorations`))
    },
    ...{ id: 'work.restored', state: 'warning', found: /have not been through since/, remedy: /wait for both sweeps/ },
  },
}

const held = async (sql: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: ward.stack.db.url, application_name: 'psql of the tests' })
  await client.connect()
  client.on('error', () => undefined)
  await client.query(sql)
  cleanUps.push(() => client.end())
  return client
}
const DATABASE: Record<string, Case> = {
  'PostgreSQL out of reach': {
    config: { databaseUrl: 'postgres://nobody:secret@127.0.0.1:1/none' },
    ...{ id: 'database.answers', state: 'failed', found: /does not answer: connect ECONNREFUSED/, remedy: /DATABASE_URL names it rightly/ },
  },
  'a migration that was not run': {
    arrange: async () => {
      await ward.sql(`delete from givrwrld.migrations where name = '009_change_of_plan'`)
      cleanUps.push(() => ward.sql(`insert into givrwrld.migrations (name) values ('009_change_of_plan')`))
    },
    ...{ id: 'database.migrations', state: 'failed', found: /009_change_of_plan/, remedy: /Run them/ },
  },
  'a slow statement': {
    arrange: async () => {
      for (let calls = 0; calls < 5; calls += 1) await ward.sql(`select pg_sleep(0.51)`)
      cleanUps.push(() => ward.sql(`select pg_stat_statements_reset()`))
    },
    ...{ id: 'database.slow', state: 'warning', found: /5\d\d ms on average over 5 calls: select pg_sleep/, remedy: /explain/ },
  },
  'somebody who waits for a lock': {
    arrange: async () => {
      await held(`begin; lock table restorations`)
      const waiting = await held(`begin`)
      const blocked = waiting.query(`select from restorations`).catch(() => undefined)
      // What the doctor asked meanwhile had to wait, and is remembered as slow.
      cleanUps.push(() => ward.sql(`select pg_stat_statements_reset()`))
      cleanUps.push(() => ward.sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'psql of the tests'`))
      await vi.waitFor(
        async () => {
          const { rows } = await ward.sql(
            `select 1 from pg_stat_activity where wait_event_type = 'Lock' and state_change < now() - interval '5 seconds'`,
          )
          expect(rows).toHaveLength(1)
        },
        { timeout: 15_000, interval: 250 },
      )
      void blocked
    },
    ...{ id: 'database.sessions', state: 'warning', found: /psql of the tests .*waits for a lock/, remedy: /pg_terminate_backend/ },
  },
  'an index that is gone': {
    arrange: async () => {
      await ward.sql(`drop index orders_newest`)
      cleanUps.push(() => ward.sql(`create index orders_newest on orders (created_at desc, id desc)`))
    },
    ...{ id: 'database.indexes', state: 'failed', found: /^Missing: orders_newest\.$/, remedy: /create index concurrently/ },
  },
  'an index that is broken': {
    arrange: async () => {
      const set = (valid: boolean) => ward.sql(`update pg_index set indisvalid = ${valid} where indexrelid = 'orders_user'::regclass`)
      await set(false)
      cleanUps.push(() => set(true))
    },
    ...{ id: 'database.indexes', state: 'failed', found: /^Broken: orders_user\.$/, remedy: /reindex index concurrently orders_user/ },
  },
  'a backup that is old': {
    arrange: async () => {
      await ward.sql(`insert into backups (taken_at, finished_at, file, bytes, row_count, taken_by)
        values (now() - interval '3 days', now(), '/backups/1.tar', 5000000, 1000, 'test')`)
      cleanUps.push(() => ward.sql(`delete from backups`))
    },
    ...{ id: 'database.backup', state: 'warning', found: /taken 3 days ago: \/backups\/1\.tar, 5 MB/, remedy: /Take one now/ },
  },
}

describe.each(
  Object.entries({
    panel: PANEL,
    fleet: FLEET,
    stripe: STRIPE,
    webhooks: WEBHOOKS,
    host: HOST,
    mail: MAIL,
    work: WORK,
    database: DATABASE,
  }),
)('%s', (area, cases) => {
  test.each(Object.entries(cases))('%s', async (_, { arrange, id, state, found, remedy, ...look }) => {
    await arrange?.()
    const verdict = await ward.verdict(id, { only: area as NonNullable<Look['only']>, ...look })
    expect(verdict).toMatchObject({ state, found: expect.stringMatching(found), remedy: expect.stringMatching(remedy) })
  })
})

test('everything was put back: green again', async () => {
  expect(await wellAgain()).toEqual([NO_BACKUP])
})

test('one thing that is down hides nothing of the others', async () => {
  await ward.stack.fault({ system: 'panel', kind: 'down' })
  const { verdicts, state } = await ward.look({ config: { databaseUrl: 'postgres://nobody:secret@127.0.0.1:1/none' } })
  const of = (wanted: string) => verdicts.filter((one) => one.state === wanted).map((one) => one.id)
  expect(state).toBe('failed')
  expect(of('failed')).toEqual(['database.answers', 'panel.answers'])
  expect(of('ok')).toEqual(expect.arrayContaining(['stripe.key', 'webhooks.endpoint', 'mail.server', 'host.public_url', 'host.clock']))
  expect(verdicts.find((one) => one.id === 'database.slow')?.found).toBe('Not looked at: “PostgreSQL answers” comes first.')
  expect(verdicts.find((one) => one.id === 'fleet.eggs')?.found).toBe('Not looked at: “PostgreSQL answers” comes first.')
  expect(JSON.stringify(verdicts)).not.toContain('nobody:secret')
})

test('without a configuration it says what is missing, and looks at the rest', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'givrwrld-empty-'))
  const doctor = buildDoctor(inspectConfig({ DATA_DIR: empty, PANEL_URL: ward.config.panelUrl, PTERO_APP_KEY: ward.config.panelAppKey }))
  const { verdicts } = await doctor.run()
  await doctor.close()
  rmSync(empty, { recursive: true })
  const state = (id: string) => verdicts.find((one) => one.id === id)?.state
  expect(verdicts[0]).toMatchObject({
    state: 'failed',
    found: expect.stringMatching(/DATABASE_URL is not set · STRIPE_SECRET_KEY is not set/),
  })
  expect([state('database.answers'), state('stripe.key'), state('mail.server')]).toEqual(['skipped', 'skipped', 'skipped'])
  expect([state('panel.key'), state('panel.permissions')]).toEqual(['ok', 'ok'])
})

test('a secret that does not fit: signatures are counted, and Stripe’s own list shows what is missing', async () => {
  await ward.stack.fault({ system: 'stripe', kind: 'webhook_missigned' })
  await ward.makeEvent()
  await vi.waitFor(async () => expect((await ward.verdict('webhooks.signatures', { only: 'webhooks' })).state).toBe('failed'), {
    timeout: 20_000,
  })
  const signatures = await ward.verdict('webhooks.signatures', { only: 'webhooks' })
  expect(signatures.found).toMatch(/signatures? (was|were) refused.*The secret does not fit: No signatures found/)
  expect(signatures.fix?.command).toMatch(/doctor --fix webhook-endpoint/)
  await ward.advance(180_000)
  const delivered = await ward.verdict('webhooks.delivered', { only: 'webhooks' })
  expect(delivered).toMatchObject({ state: 'failed', found: expect.stringMatching(/Of 1 event of the last day/) })
})

test('workers that are gone, seen while the server is down', async () => {
  await ward.stack.killProduct('SIGTERM')
  const { verdicts } = await ward.look()
  const failed = verdicts.filter((one) => one.state === 'failed').map((one) => one.id)
  expect(failed).toEqual(expect.arrayContaining(['host.public_url', 'work.workers']))
  const ran = await givrwrld(ward.stack.dataDir, 'doctor', '--only', 'work')
  expect(ran.code).toBe(2)
  expect(ran.out).toContain('→ Start the product, or a worker')
})
