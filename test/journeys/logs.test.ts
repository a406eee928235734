import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Shopper } from '../../src/doors/cli/demo/shopper.ts'
import type { LogLineView } from '../../src/operations/contract.ts'
import { givrwrld } from '../kit/command-line.ts'
import { SERVICE_KEY, type Stack, startStack } from '../kit/stack.ts'
import { openBrowser, type Visitor } from './kit/browser.ts'
import { wrongWith } from './kit/look.ts'
import { signIn } from './kit/people.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

/** "Check Function Logs", at the shell and in the console: an order that the panel refused. */
let stack: Stack
let operator: Visitor
let shopper: Shopper
let orderId: string
const REFUSED = /^stopped, needs a person: .*SERVER_JARFILE/

beforeAll(async () => {
  const [started, browser] = await Promise.all([startStack({ onOutput: () => undefined }), openBrowser()])
  stack = started
  await stack.startProduct()
  operator = await browser.visitor()
  shopper = new Shopper({ shopUrl: stack.url, controlUrl: stack.sandbox.controlUrl }, 'lea@players.example.com')
  await shopper.signUp()
  await shopper.verify()
  await stack.fault({ system: 'panel', kind: 'refuse_field', field: 'environment.SERVER_JARFILE' })
  const { id, url } = await shopper.checkOut('minecraft-paper-2gb', 'eu.fra')
  orderId = id
  await shopper.pay(url)
  await vi.waitFor(
    async () =>
      expect((await logs('servers-provision', '--order', orderId)).map((line) => line.message)).toContainEqual(
        expect.stringMatching(REFUSED),
      ),
    {
      timeout: 30_000,
      interval: 1_000,
    },
  )
}, 300_000)
afterAll(() => stack?.close())

const logs = async (...args: string[]) => (await givrwrld(stack.dataDir, 'logs', ...args, '--json')).json<LogLineView[]>()
const fnsOf = (lines: LogLineView[]) => [...new Set(lines.map((line) => line.fn))].sort()

test('the runbook’s names find the functions’ work and the jobs’ work of an order', async () => {
  const all = await logs('--order', orderId)
  expect(fnsOf(all)).toEqual(['create-checkout-session', 'create-pterodactyl-user', 'servers-provision', 'stripe-webhook'])
  const [stopped] = await logs('servers-provision', '--order', orderId, '--since', '1h', '--level', 'error')
  expect(stopped).toMatchObject({ level: 'error', message: expect.stringMatching(REFUSED), facts: { outcome: 'stuck' } })
  const refused = all.find((line) => line.message.startsWith('panel: POST /api/application/servers'))
  expect(refused).toMatchObject({
    level: 'warn',
    fn: 'servers-provision',
    facts: { status: 422, outcome: 'failed', ms: expect.any(Number) },
  })
  const session = all.find((line) => line.message.startsWith('POST /functions/v1/create-checkout-session'))
  expect(session).toMatchObject({
    userId: expect.any(String),
    requestId: expect.any(String),
    facts: { status: 200, outcome: 'ok', calls: 2 },
  })
  expect(fnsOf(await logs('--request', session?.requestId ?? ''))).toEqual(['create-checkout-session'])
  const his = await logs('--customer', shopper.email, '--grep', 'checkout.session.completed', '--since', '1h')
  expect(his.map((line) => line.message)).toContainEqual(expect.stringMatching(/^handled: checkout\.session\.completed/))
}, 180_000)

test('a function that is asked for by hand tells of itself in one line, a refused one too', async () => {
  const call = (name: string, body: object) =>
    fetch(`${stack.url}/functions/v1/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const refused = await call('servers-provision', { order_id: NOBODY })
  const requestId = refused.headers.get('x-request-id') ?? ''
  await vi.waitFor(async () => expect(await logs('servers-provision', '--request', requestId)).toHaveLength(1), { timeout: 20_000 })
  expect(await logs('--request', requestId)).toMatchObject([
    {
      message: 'POST /functions/v1/servers-provision → 404',
      facts: { outcome: 'failed', code: 'operations.order_unknown', actor: 'service_role' },
    },
  ])
  await fetch(`${stack.url}/functions/v1/stripe-webhook`, { method: 'POST', body: '{}', headers: { 'stripe-signature': 't=1,v1=forged' } })
  await vi.waitFor(async () => expect((await logs('stripe-webhook', '--grep', '→ 400', '--since', '5m')).length).toBe(1), {
    timeout: 20_000,
  })
}, 180_000)

test('at the shell: for people, in words; wrong input is told from nothing found', async () => {
  const words = await givrwrld(stack.dataDir, 'logs', 'servers-provision', '--since', '1h', '--level', 'error')
  expect(words.out).toMatch(new RegExp(`^\\d{4}-.+Z ERROR servers-provision stopped, needs a person: .+ order=${orderId} `, 'm'))
  const none = await givrwrld(stack.dataDir, 'logs', 'nobody')
  expect([none.code, none.out.trim()]).toEqual([0, 'No lines.'])
  expect((await givrwrld(stack.dataDir, 'logs', '--grep', 'x y')).code).toBe(64)
  expect((await givrwrld(stack.dataDir, 'logs', '--since', 'yesterday')).code).toBe(64)
  expect((await givrwrld(stack.dataDir, 'logs', '--customer', 'nobody@example.com')).code).toBe(66)
}, 180_000)

test('at the shell, followed: what is said meanwhile comes by itself', async () => {
  const bin = join(import.meta.dirname, '..', '..', 'bin', 'givrwrld')
  const lines: string[] = []
  const tail = execFile(bin, ['logs', 'http', '--follow', '--json'], { env: { ...process.env, DATA_DIR: stack.dataDir } })
  tail.stdout?.on('data', (part) => lines.push(String(part)))
  const ended = new Promise((done) => tail.once('exit', done))
  // A change that is refused is kept, and as often as it is asked.
  const refused = () =>
    fetch(`${stack.url}/api/ops/orders/${NOBODY}/retry`, { method: 'POST', headers: { authorization: `Bearer ${SERVICE_KEY}` } })
  await vi.waitFor(
    async () => {
      await refused()
      expect(lines.join('')).toContain(`/api/ops/orders/${NOBODY}/retry`)
    },
    { timeout: 30_000, interval: 1_000 },
  )
  tail.kill('SIGINT')
  await ended
}, 180_000)

test('the quick-reference commands answer in JSON', async () => {
  expect((await givrwrld(stack.dataDir, 'orders', 'list', '--stuck', '--json')).code).toBe(0)
  await stack.noFaults()
  const retried = await givrwrld(stack.dataDir, 'orders', 'retry', orderId, '--reason', 'The egg is mended', '--json')
  expect(retried.json()).toMatchObject({ id: orderId })
  const synced = await givrwrld(stack.dataDir, 'accounts', 'sync', shopper.email, '--json')
  expect(synced.json()).toMatchObject({ pterodactyl_user_id: expect.any(Number) })
  await vi.waitFor(async () => expect((await shopper.order(orderId)).status).toBe('provisioned'), { timeout: 30_000, interval: 500 })
}, 180_000)

test('in the console: from the order to its log, narrowed, opened, shared by its address', async () => {
  const { page } = operator
  await signIn(stack, page)
  await page.goto(`${stack.url}/ops/orders/${orderId}`)
  await page.getByRole('link', { name: 'Logs of this order' }).click()
  await page.getByRole('heading', { name: 'Logs' }).waitFor()
  const list = page.getByRole('list', { name: 'Lines of the log' })
  await page.getByLabel('Level').selectOption('error')
  const stopped = list.getByText(REFUSED)
  await stopped.first().click()
  await list.getByText('outcome').waitFor()
  await list.getByRole('link', { name: orderId }).waitFor()
  expect(new URL(page.url()).search).toContain('level=error')
  expect(await wrongWith(operator, { name: 'ops-logs-opened', light: true })).toEqual([])
  await page.goto(`${stack.url}/ops/logs`)
  await list.getByText('servers-provision').first().waitFor()
  expect(await wrongWith(operator, { name: 'ops-logs', light: true })).toEqual([])
  await page.goto(`${stack.url}/ops/logs?fn=nobody`)
  await page.getByText('No line matches').waitFor()
  expect(await wrongWith(operator, { name: 'ops-logs-none' })).toEqual([])
}, 120_000)

test('in the console, live: new lines come by themselves, and stand still while somebody reads', async () => {
  const { page } = operator
  await page.goto(`${stack.url}/ops/logs?fn=http`)
  await page.getByRole('switch', { name: 'Live' }).check()
  await page.getByRole('status').getByText('Live').waitFor()
  const retry = () => page.request.post(`${stack.url}/api/ops/orders/${NOBODY}/retry`, { data: {}, headers: { origin: stack.url } })
  const list = page.getByRole('list', { name: 'Lines of the log' })
  await retry()
  const first = list.getByText(/POST \/api\/ops\/orders\/.+\/retry/).first()
  await first.waitFor()
  expect(await wrongWith(operator, { name: 'ops-logs-live', expected: /^404 POST/ })).toEqual([])
  await first.hover()
  const before = await list.getByRole('listitem').count()
  await retry()
  await page.getByText(/held while you read: \d+ new line/).waitFor()
  expect(await list.getByRole('listitem').count()).toBe(before)
  await page.mouse.move(5, 5)
  await expect.poll(() => list.getByRole('listitem').count(), { timeout: 10_000 }).toBeGreaterThan(before)
}, 120_000)

test('what the shop’s own keys are stands in no line', async () => {
  const secrets = Object.entries(stack.config).flatMap(([name, value]) =>
    /Key$|Secret|password/i.test(name) && typeof value === 'string' && value.length > 8 ? [value] : [],
  )
  expect(secrets.length).toBeGreaterThan(3)
  const { rows } = await stack.db.pool.query<{ text: string }>('select logs::text as text from logs')
  expect(rows.length).toBeGreaterThan(20)
  for (const secret of secrets) expect(rows.filter(({ text }) => text.includes(secret))).toEqual([])
})
