import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { givrwrld, givrwrldWith, type Ran } from '../../../test/kit/command-line.ts'
import { OPERATOR, type Stack, startStack } from '../../../test/kit/stack.ts'
import type { KeyMade } from '../../accounts/contract.ts'
import { openFinding } from '../../findings/index.ts'
import { Shopper } from './demo/shopper.ts'

/** The same commands on the host and from elsewhere, where there is no configuration, only an address and a key. */
let stack: Stack
let nowhere: string
let orderId: string
const keys: Record<string, string> = {}

beforeAll(async () => {
  stack = await startStack({ env: { STAFF_SECOND_FACTOR: 'required' } })
  await stack.startProduct()
  nowhere = mkdtempSync(join(tmpdir(), 'givrwrld-nowhere-'))
  const make = async (scope: string) => {
    keys[scope] = (await here('keys', 'create', `for ${scope}`, '--scope', scope, '--json')).json<KeyMade>().key
  }
  await Promise.all(['read', 'operate', 'admin', 'metrics'].map(make))
  const shopper = new Shopper({ shopUrl: stack.url, controlUrl: stack.sandbox.controlUrl }, 'far@players.example.com')
  await shopper.signUp()
  await shopper.verify()
  const { id, url } = await shopper.checkOut('minecraft-paper-2gb', 'eu.fra')
  await shopper.pay(url)
  await shopper.waitFor(id, 60_000)
  orderId = id
}, 300_000)
afterAll(async () => {
  rmSync(nowhere, { recursive: true, force: true })
  await stack?.close()
})

const here = (...args: string[]): Promise<Ran> => givrwrld(stack.dataDir, ...args)
const there = (scope: string, ...args: string[]): Promise<Ran> =>
  givrwrldWith({ DATA_DIR: nowhere, GIVRWRLD_URL: stack.url, GIVRWRLD_API_KEY: keys[scope] ?? '' }, ...args)
const openOne = async () =>
  (
    await stack.db.tx((tx) =>
      openFinding(tx, {
        kind: 'servers.extra_ports',
        severity: 'warning',
        subject: { type: 'order', id: orderId },
        summary: 'S',
        remedy: 'R',
        at: new Date(),
      }),
    )
  ).id

test('what is read is the same from both sides', async () => {
  const finding = await openOne()
  const commands = [
    ['orders', 'list'],
    ['orders', 'list', '--customer', 'far@players.example.com'],
    ['orders', 'show', orderId],
    ['findings', 'list'],
    ['findings', 'show', finding],
    ['nodes', 'list'],
    ['overview'],
    ['audit', 'list', '--did', 'accounts.make_key'],
  ]
  for (const command of commands) {
    const [near, far] = await Promise.all([here(...command, '--json'), there('read', ...command, '--json')])
    expect([far.code, far.err], command.join(' ')).toEqual([0, ''])
    // Who asks decides what may be done, and nothing else.
    expect(JSON.parse(far.out.replaceAll('"canRetry": false', '"canRetry": true')), command.join(' ')).toEqual(
      JSON.parse(near.out.replaceAll('"canRetry": false', '"canRetry": true')),
    )
  }
  const words = await there('read', 'orders', 'list')
  expect(words.out).toContain('far@players.example.com')
}, 300_000)

test('what is done from elsewhere is done, and audited as the key’s', async () => {
  const finding = await openOne()
  const nodes = (await there('operate', 'nodes', 'list', '--json')).json<{ id: number; enabled: boolean }[]>()
  const node = String(nodes[0]?.id)
  const ran = [
    await there('operate', 'nodes', 'disable', node, '--reason', 'new disks'),
    await there('operate', 'nodes', 'enable', node, '--reason', 'disks are in'),
    await there('operate', 'nodes', 'sync'),
    await there('operate', 'findings', 'resolve', finding, '--reason', 'given on purpose'),
    await there('operate', 'orders', 'resize', orderId, 'minecraft-paper-4gb', '--reason', 'asked for', '--dry-run'),
    await there('operate', 'orders', 'cancel', orderId, '--reason', 'asked for', '--refund', '--dry-run'),
    await there('operate', 'orders', 'cancel', orderId, '--reason', 'asked for it by mail', '--refund', '--delete-server'),
  ]
  for (const one of ran) expect([one.code, one.err]).toEqual([0, ''])
  expect(ran[4]?.out).toMatch(/^Would be done: /)
  expect(ran[5]?.out).toMatch(/^Would be done to .* far@players\.example\.com: .* Every payment of it goes back\./)
  const { rows } = await stack.db.pool.query(
    `select did, actor_kind, why from audit_log where actor_id = $1 and did not like 'billing.%' order by id`,
    [`key:${keys['operate']?.split('_')[2]}`],
  )
  expect(rows).toEqual([
    { did: 'fleet.set_node', actor_kind: 'key', why: 'new disks' },
    { did: 'fleet.set_node', actor_kind: 'key', why: 'disks are in' },
    { did: 'findings.resolve', actor_kind: 'key', why: 'given on purpose' },
    { did: 'orders.cancel', actor_kind: 'key', why: 'asked for it by mail' },
  ])
  const near = await stack.db.pool.query(`select actor_id from audit_log where did = 'accounts.make_key'`)
  for (const { actor_id } of near.rows) expect(actor_id).toMatch(/^cli:\w+@/)
}, 300_000)

test('staff and keys: seen and taken from elsewhere, given on the host alone', async () => {
  expect((await there('admin', 'staff', 'list')).out).toContain(OPERATOR.email)
  const made = await there('admin', 'keys', 'create', 'more', '--scope', 'admin', '--json')
  expect([made.code, made.json()]).toMatchObject([77, { error: { code: 'accounts.keys_make_no_access' } }])
  const [spare] = (await there('admin', 'keys', 'list', '--json'))
    .json<{ id: string; name: string }[]>()
    .filter(({ name }) => name === 'for metrics')
  expect((await there('admin', 'keys', 'revoke', spare?.id ?? '')).out).toContain('revoked')
  const over = await there('metrics', 'overview', '--json')
  expect([over.code, over.json()]).toMatchObject([77, { error: { code: 'accounts.key_revoked', next: expect.any(String) } }])
}, 300_000)

test('refusals are said as on the host, with the same exit codes', async () => {
  const unknown = '11111111-2222-4333-8444-555555555555'
  const cases: [scope: string, args: string[], code: number, says: RegExp][] = [
    ['read', ['nodes', 'disable', '1', '--reason', 'none'], 77, /needs the role operator/],
    ['operate', ['staff', 'list'], 77, /needs the role admin/],
    ['read', ['orders', 'show', unknown], 66, /no such order/i],
    ['read', ['orders', 'show', '12'], 64, /no order id/],
    ['read', ['orders', 'list', '--limit', '0'], 64, /limit/],
    ['operate', ['findings', 'repair', unknown, '--reason', 'x'], 64, /reason/],
    ['none', ['overview'], 78, /no key/],
    ['read', ['catalog', 'check'], 64, /on the host alone/],
  ]
  const answers = await Promise.all(cases.map(([scope, args]) => there(scope, ...args)))
  for (const [n, [scope, args, code, says]] of cases.entries()) {
    const ran = answers[n] as Ran
    expect([ran.code, ran.err], args.join(' ')).toEqual([code, expect.stringMatching(says)])
    expect(ran.out + ran.err).not.toContain(keys[scope] ?? 'gw_live_')
  }
}, 300_000)

test('where nothing answers, something else does, or another address is named, no key is told', async () => {
  const heard: string[] = []
  const server = createServer((request, answer) => {
    heard.push(request.url ?? '')
    if (request.url === '/stolen') answer.end('{}')
    else if (request.url?.startsWith('/api/ops/orders')) answer.writeHead(302, { location: '/stolen' }).end()
    else answer.end('<html>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = (...args: string[]) => givrwrldWith({ DATA_DIR: nowhere, GIVRWRLD_API_KEY: keys['read'] ?? '' }, ...args, '--url', url)
  expect(await ask('orders', 'list')).toMatchObject({ code: 69, err: expect.stringContaining('leads to another address') })
  expect(await ask('overview')).toMatchObject({ code: 69, err: expect.stringContaining('cannot be read') })
  expect(heard).not.toContain('/stolen')
  server.close()
  expect(await ask('overview')).toMatchObject({ code: 69, err: expect.stringContaining('Nothing answers') })
  const clear = await givrwrldWith({ DATA_DIR: nowhere }, 'overview', '--url', 'http://shop.example.com', '--key', keys['read'] ?? '')
  expect(clear).toMatchObject({ code: 78, err: expect.stringContaining('in the clear') })
}, 300_000)
