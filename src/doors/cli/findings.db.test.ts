import { afterAll, beforeAll, expect, test } from 'vitest'
import { givrwrld } from '../../../test/kit/command-line.ts'
import { type Stack, startStack } from '../../../test/kit/stack.ts'
import { type FindingKind, openFinding } from '../../findings/index.ts'
import { later } from '../../kit/time.ts'
import { post } from '../../messages/index.ts'

const START = new Date('2026-03-01T12:00:00Z')
const NOBODY = '00000000-0000-4000-8000-000000000000'
let stack: Stack
beforeAll(async () => {
  stack = await startStack()
}, 120_000)
afterAll(() => stack?.close())

const run = (...args: string[]) => givrwrld(stack.dataDir, 'findings', ...args)
const open = async (kind: FindingKind, subject: { type: string; id: string }, after = 0): Promise<string> =>
  (await stack.db.tx((tx) => openFinding(tx, { kind, severity: 'warning', subject, summary: 'S', remedy: 'R', at: later(START, after) })))
    .id
const statusOf = async (id: string) =>
  (await stack.db.q.selectFrom('findings').select(['status', 'resolve_reason']).where('id', '=', id).executeTakeFirstOrThrow()).status
const audits = async () =>
  await stack.db.q.selectFrom('audit_log').select(['did', 'target_id', 'why']).where('target_type', '=', 'finding').execute()

interface Page {
  items: { id: string; kind: string; ways: Record<string, string>; status: string }[]
  nextCursor: string | null
}

test('list: filtered, paged by key, and in words', async () => {
  const ids: string[] = []
  for (let n = 0; n < 5; n += 1) ids.push(await open('servers.moved', { type: 'order', id: `order-${n}` }, n))
  await open('fleet.node_gone', { type: 'node', id: '9' }, 9)
  const first = (await run('list', '--kind', 'servers.moved', '--limit', '3', '--json')).json<Page>()
  const second = (await run('list', '--kind', 'servers', '--limit', '3', '--cursor', first.nextCursor ?? '', '--json')).json<Page>()
  expect([...first.items, ...second.items].map((one) => one.id)).toEqual(ids.toReversed())
  expect(second.nextCursor).toBeNull()
  expect(first.items[0]?.ways).toEqual({ follow: expect.any(String) })
  const words = await run('list', '--limit', '2')
  expect(words.out).toMatch(/fleet\.node_gone +node 9 +sync +S/)
  expect(words.out).toMatch(/More: add --cursor \S+/)
  expect((await run('list', '--severity', 'critical')).out.trim()).toBe('Nothing.')
  expect((await run('list', '--severity', 'bad')).code).not.toBe(0)
  expect((await run('list', '--kind', 'no kind')).code).toBe(64)
  expect((await run('list', '--cursor', 'x', '--json')).json()).toMatchObject({ error: { code: 'findings.bad_cursor' } })
}, 60_000)

test('show: one finding, with what its repairs do', async () => {
  const id = await open('billing.unknown_checkout', { type: 'checkout', id: NOBODY })
  const shown = await run('show', id)
  expect(shown.out).toMatch(/repair --way recreate +Makes checkout and order anew/)
  expect(shown.out).toMatch(/repair --way refund +Ends its subscription/)
  expect((await run('show', id, '--json')).json()).toMatchObject({ id, kind: 'billing.unknown_checkout', status: 'open' })
  expect((await run('show', NOBODY)).code).toBe(66)
  expect((await run('show', '12')).code).toBe(64)
}, 60_000)

test('repair: a dry run says what would be done and changes nothing; done, it is recorded, and not done twice', async () => {
  await stack.db.tx((tx) =>
    post(tx, {
      userId: null,
      toEmail: 'ada@example.com',
      template: 'already_registered',
      props: { name: 'Ada' },
      dedupeKey: 'k',
      at: START,
    }),
  )
  await stack.db.byHand(`update messages set status = 'failed', attempts = 12`)
  const { id: messageId } = await stack.db.q.selectFrom('messages').select('id').executeTakeFirstOrThrow()
  const id = await open('messages.not_sent', { type: 'message', id: messageId })
  const dry = await run('repair', id, '--dry-run')
  expect([dry.code, dry.out.trim()]).toEqual([0, 'Would be done: Send the mail “already_registered” to ada@example.com again.'])
  expect([await statusOf(id), await audits()]).toEqual(['open', []])

  const unreasoned = await run('repair', id)
  expect([unreasoned.code, unreasoned.err]).toEqual([64, expect.stringContaining('--reason')])
  const done = await run('repair', id, '--reason', 'the address was full', '--json')
  expect(done.json()).toMatchObject({ id, dryRun: false, mended: true })
  expect(await statusOf(id)).toBe('resolved')
  expect(await audits()).toEqual([{ did: 'findings.repair', target_id: id, why: 'the address was full' }])
  expect(await stack.db.q.selectFrom('messages').select('status').execute()).toEqual([{ status: 'queued' }])
  const twice = await run('repair', id, '--reason', 'again', '--json')
  expect([twice.code, twice.json()]).toMatchObject([65, { error: { code: 'findings.already_resolved' } }])
}, 60_000)

test('repair: unknown, without a way, with a wrong one, without any, and with the panel down', async () => {
  const asked = await open('billing.unknown_checkout', { type: 'checkout', id: 'other' })
  const tries: [args: string[], code: number, failure: string][] = [
    [[NOBODY], 66, 'findings.missing'],
    [[asked], 64, 'findings.no_such_way'],
    [[asked, '--way', 'delete'], 64, 'findings.no_such_way'],
    [[await open('orders.undeliverable', { type: 'order', id: NOBODY })], 65, 'findings.no_repair'],
  ]
  for (const [args, code, failure] of tries) {
    const ran = await run('repair', ...args, '--reason', 'test', '--json')
    expect([ran.code, ran.json()], args.join(' ')).toMatchObject([code, { error: { code: failure } }])
  }
  const gone = await open('fleet.node_gone', { type: 'node', id: '77' })
  await stack.fault({ system: 'panel', kind: 'down' })
  const down = await run('repair', gone, '--reason', 'test')
  await stack.noFaults()
  expect([down.code, await statusOf(gone)]).toEqual([69, 'open'])
  expect((await audits()).filter((one) => one.target_id === gone)).toEqual([])
  expect((await run('repair', gone, '--reason', 'test')).out).toMatch(/^(?:Under way: Read the panel. It is as before|Done)/)
}, 120_000)

test('resolve: with a reason, once', async () => {
  const id = await open('servers.extra_ports', { type: 'order', id: NOBODY })
  expect((await run('resolve', id)).code).toBe(64)
  expect((await run('resolve', id, '--reason', 'x')).code).toBe(64)
  const done = await run('resolve', id, '--reason', 'given on purpose', '--json')
  expect(done.json()).toMatchObject({ id, status: 'resolved', resolveReason: 'given on purpose' })
  expect((await run('resolve', id, '--reason', 'given on purpose')).code).toBe(65)
  const listed = (await run('list', '--status', 'resolved', '--kind', 'servers.extra_ports', '--json')).json<Page>()
  expect(listed.items).toMatchObject([{ id, status: 'resolved' }])
}, 60_000)
