import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoPanelSeed } from '../../sandbox/seeds/demo-panel.ts'
import { codeOf } from '../kit/authenticator.ts'
import { givrwrld } from '../kit/command-line.ts'
import { Attacker, CHECKOUT, newAddress, type Person, wish } from './attacker.ts'
import { keyOf } from './callers.ts'

/** Every secret there is, recognisable, in a product that everything happens to; then all that left it is searched for them. */
const PLANTED = {
  'panel key': 'ptla_PlantedPanelApplicationKey01',
  'panel client key': 'ptlc_PlantedPanelClientKey02',
  'Stripe key': 'sk_test_PlantedStripeSecretKey03',
  'webhook secret': 'whsec_PlantedWebhookSecret04',
  'service key': 'PlantedServiceRoleKey05_longer_than_32_characters',
  'auth secret': 'PlantedAuthSecret06_longer_than_32_characters___',
  'mail password': 'PlantedMailPassword07',
  'channel token': 'PlantedChannelToken08',
  'wrong password': 'PlantedWrongPassword09',
  'link token': 'PlantedLinkToken10',
}
const secrets: Record<string, string> = { ...PLANTED }
let a: Attacker

beforeAll(async () => {
  const seed = demoPanelSeed()
  const user = seed.users.find((one) => one.root_admin)?.id ?? 1
  const key = (token: string, type: 'application' | 'client') => ({ token, type, user, allowed_ips: [] })
  a = await Attacker.start({
    smtpLogin: `shop:${PLANTED['mail password']}@`,
    env: {
      PTERO_APP_KEY: PLANTED['panel key'],
      PTERO_CLIENT_KEY: PLANTED['panel client key'],
      STRIPE_SECRET_KEY: PLANTED['Stripe key'],
      STRIPE_WEBHOOK_SECRET: PLANTED['webhook secret'],
      SERVICE_ROLE_KEY: PLANTED['service key'],
      AUTH_SECRET: PLANTED['auth secret'],
      LOG_KEEP_LEVEL: 'debug',
      PANEL_UNKNOWN_WAIT_MS: '1000',
    },
    sandbox: {
      stripeKey: PLANTED['Stripe key'],
      webhookSecret: PLANTED['webhook secret'],
      panel: { seed: { ...seed, keys: [key(PLANTED['panel key'], 'application'), key(PLANTED['panel client key'], 'client')] } },
    },
  })
  const { password } = new URL(a.stack.config.databaseUrl)
  if (password) secrets['database password'] = password
}, 180_000)
afterAll(() => a?.stack.close())

/** Asks without keeping what is answered: it is told to its owner, once, on purpose. */
async function told(path: string, by: Person, json: object): Promise<Record<string, unknown>> {
  const { status, body, headers, text } = await a.send('POST', path, { cookie: by.cookie, json })
  a.left.splice(a.left.lastIndexOf(text), 2)
  expect(status, path).toBeLessThan(300)
  const cookies = headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
  for (const [n, line] of cookies.entries()) {
    const value = line.slice(line.indexOf('=') + 1)
    if (value.length > 16) secrets[`cookie ${path} ${n}`] = value
  }
  return body
}
const keep = (who: string, by: Person) => Object.assign(secrets, { [`password of ${who}`]: by.password, [`token of ${who}`]: by.token })

async function people(): Promise<{ customer: Person; operator: Person; admin: Person }> {
  const [customer, operator, admin] = await Promise.all([a.person(), a.person({ role: 'operator' }), a.person({ role: 'admin' })])
  for (const [who, by] of Object.entries({ customer, operator, admin })) keep(who, by)
  const panel = await told('/functions/v1/create-pterodactyl-user', customer, { userId: customer.id })
  secrets['panel password'] = String(panel['password'])
  const second = await told('/api/auth/two-factor/enable', operator, { password: operator.password })
  const uri = String(second['totpURI'])
  secrets['TOTP secret'] = new URL(uri).searchParams.get('secret') ?? ''
  for (const [n, code] of (second['backupCodes'] as string[]).entries()) secrets[`backup code ${n}`] = code
  await told('/api/auth/two-factor/verify-totp', operator, { code: codeOf(uri) })
  const made = await told('/api/ops/keys', admin, { name: 'Planted', scopes: ['operate'], reason: 'to be looked for' })
  secrets['API key'] = String(made['key'])
  const channel = { kind: 'webhook', name: 'Planted', url: `http://localhost:9/${PLANTED['channel token']}`, digest: true, alerts: true }
  secrets['channel secret'] = String((await told('/api/ops/alert-channels', admin, channel))['secret'])
  return { customer, operator, admin }
}

test('of the secrets planted in it, none leaves a product that everything happens to', async () => {
  const { customer, admin } = await people()
  const key = secrets['API key'] ?? ''
  const buy = () => a.send('POST', CHECKOUT, { bearer: customer.token, address: customer.address, json: wish() })
  const reads = [
    'overview',
    'orders',
    'findings',
    'nodes',
    'audit',
    'logs',
    'alerts',
    'health',
    'doctor',
    'customers?q=attack',
    'alert-channels',
    'alert-deliveries',
  ]
  const look = async () => {
    for (const path of reads) await a.send('GET', `/api/ops/${path}`, { bearer: key })
    for (const path of ['/api/ops/keys', '/api/ops/staff', '/metrics', '/api/sessions', '/api/me'])
      await a.send('GET', path, { cookie: admin.cookie })
    for (const path of ['/', '/api/shop', '/api/status', '/api/openapi.json', '/readyz', '/healthz']) await a.send('GET', path)
  }

  // All is well: somebody buys, and it is delivered.
  const { id, url } = await a.checkout(customer)
  expect(await a.pay(url)).toBe(303)
  const status = () => a.rows('select status from orders where id = $1', [id])
  await expect.poll(status, { timeout: 30_000 }).toEqual([{ status: 'provisioned' }])
  await look()

  // People do what they should not: secrets in the wrong field, in the address, in a broken body, and of other systems.
  const origin = { origin: a.stack.url }
  const { 'wrong password': wrong, 'link token': link } = PLANTED
  for (const email of [customer.email, wrong])
    await a.send('POST', '/api/auth/sign-in/email', { headers: origin, json: { email, password: wrong } })
  await a.send('POST', '/api/auth/sign-in/email', { headers: origin, raw: `{"email":"${customer.email}","password":"${wrong}"` })
  await a.send('POST', '/api/auth/reset-password', { headers: origin, json: { token: link, newPassword: wrong } })
  for (const path of [`/api/auth/verify-email?token=${link}`, `/reset-password?token=${link}`, `/api/orders?token=${link}`])
    await a.send('GET', path)
  for (const secret of Object.values(PLANTED)) {
    await a.send('GET', '/api/ops/orders', { bearer: secret })
    await a.send('GET', '/api/ops/orders', { headers: { apikey: secret, cookie: `givrwrld.session_token=${secret}`, 'x-api-key': secret } })
    await a.send('POST', '/functions/v1/stripe-webhook', { raw: '{}', headers: { 'stripe-signature': `t=1,v1=${secret}` } })
  }
  await a.send('GET', '/api/ops/orders', { bearer: key.slice(0, -1) })
  const late = await keyOf(a, 'admin', -1)
  secrets['ended key'] = late.text
  await a.send('GET', '/api/ops/orders', { bearer: late.text })

  // Panel, Stripe and mail are gone, or answer nonsense; keys are refused.
  for (const [panel, stripe] of [
    ['down', 'down'],
    ['key_refused', 'key_refused'],
    ['html', 'error_before'],
    ['error_after', 'session_lost'],
    ['permission_missing', 'too_many_requests'],
  ]) {
    const faults = [
      { system: 'panel', kind: panel },
      { system: 'stripe', kind: stripe },
      { system: 'mail', kind: 'down' },
    ]
    for (const fault of faults) await a.stack.fault(fault)
    await buy()
    await a.send('POST', '/api/ops/nodes/sync', { bearer: key })
    await a.send('POST', `/api/ops/orders/${id}/retry`, { bearer: key, json: { reason: 'to see it fail' } })
    await a.send('POST', '/functions/v1/servers-provision', { bearer: PLANTED['service key'], json: { order_id: id } })
    await a.send('POST', '/api/auth/request-password-reset', { headers: origin, json: { email: customer.email }, address: newAddress() })
    await a.send('GET', '/api/ops/doctor', { bearer: key })
    await a.stack.noFaults()
  }
  const [channel] = await a.rows<{ id: string }>('select id from alert_channels')
  await a.send('POST', `/api/ops/alert-channels/${channel?.id}/test`, { cookie: admin.cookie })

  // Bugs: a table is not there where everybody looks for it.
  const broken: number[] = []
  for (const table of ['order_events', 'api_keys', 'findings', 'checkouts']) {
    await a.rows(`alter table ${table} rename to not_there`)
    for (const path of [`/api/ops/orders/${id}`, '/api/ops/findings', '/api/ops/orders'])
      broken.push((await a.send('GET', path, { bearer: key })).status)
    broken.push((await buy()).status)
    await a.rows(`alter table not_there rename to ${table}`)
  }
  expect(broken.filter((code) => code === 500).length).toBeGreaterThan(4)
  await look()

  for (const args of [
    ['config', 'show'],
    ['doctor', '--json'],
    ['keys', 'list'],
    ['staff', 'list'],
    ['audit', 'list'],
    ['logs', 'search', '--json'],
  ]) {
    const { out, err } = await givrwrld(a.stack.dataDir, ...args)
    a.left.push(out, err)
  }
  const found = await search()
  expect(Object.values(secrets).every((secret) => secret.length > 8)).toBe(true)
  expect(found).toEqual([])
}, 300_000)

/** Where a secret must be: what is hashed or encrypted stands nowhere, the rest is what the thing is made of. */
const KEPT = new Set(['auth.session', 'auth.verification', 'public.alert_channels', 'public.messages'])

async function search(): Promise<string[]> {
  const tables = await a.rows<{ name: string; place: string }>(
    `select table_schema || '.' || table_name as name, format('%I.%I', table_schema, table_name) as place from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema in ('public', 'auth', 'pgboss', 'givrwrld')`,
  )
  const mails = await (await fetch(`${a.stack.sandbox.controlUrl}/mail/messages.json`)).text()
  const places: Record<string, string> = { 'answers and output': a.left.join('\n'), mails }
  for (const { name, place } of tables)
    if (!KEPT.has(name)) places[name] = JSON.stringify(await a.rows(`select to_jsonb(t) as row from ${place} t`))
  const size = Object.values(places).reduce((sum, text) => sum + text.length, 0)
  console.info(`${Object.keys(secrets).length} secrets, ${Object.keys(places).length} places, ${Math.round(size / 1_000)} kB searched`)
  expect(size).toBeGreaterThan(500_000)
  const spelt = (secret: string) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) => {
      const at = Math.max(...spelt(secret).map((form) => text.indexOf(form)))
      return at < 0 ? [] : [`${name} in ${place}: …${text.slice(Math.max(0, at - 160), at + 40)}…`]
    }),
  )
}
