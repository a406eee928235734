import { randomUUID } from 'node:crypto'
import { register } from 'prom-client'
import { expect, test, vi } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { startLine } from '../../test/kit/tcp-proxy.ts'
import { Failure } from '../kit/failure.ts'
import { working } from '../kit/working.ts'
import { openLog } from './kept-log.ts'

const db = await testDb()
const settings = { databaseUrl: db.url, logLevel: 'info', logKeepLevel: 'info', sandboxed: false, dataDir: '/none' } as const

/** The log of a process, with what it prints. */
function open(part: Partial<Parameters<typeof openLog>[0]> = {}) {
  const printed: string[] = []
  const out = { write: (line: string) => void printed.push(line) }
  return { ...openLog({ ...settings, ...part }, 'test', { out }), printed: () => printed.join('') }
}
const kept = (fn: string) =>
  db.q
    .selectFrom('logs')
    .select(['level', 'message', 'order_id', 'request_id', 'process', 'facts'])
    .where('fn', '=', fn)
    .orderBy('at')
    .orderBy('id')
    .execute()
const droppedSoFar = async () => (await register.getSingleMetric('log_lines_dropped_total')?.get())?.values[0]?.value ?? 0

test('what is printed is kept too, with what the code was busy with', async () => {
  const { log, close, printed } = open()
  const [orderId, requestId] = [randomUUID(), randomUUID()]
  await working({ fn: 'said', orderId, requestId }, async () => {
    log.info({ ms: 5 }, 'one')
    log.debug({}, 'too quiet')
    await Promise.resolve()
    log.warn({ err: new Failure({ code: 'a.b', kind: 'invalid', say: 'No.', next: 'Do.', facts: { field: 'x' } }) }, 'two')
  })
  log.info({}, 'without a name')
  await close()
  const [one, two, ...more] = await kept('said')
  expect(more).toEqual([])
  expect(one).toMatchObject({ level: 'info', message: 'one', order_id: orderId, request_id: requestId, facts: { ms: 5 } })
  expect(one?.process).toMatch(/^test@.+:\d+$/)
  expect(two).toMatchObject({ level: 'warn', message: 'two', facts: { err: { name: 'Failure', code: 'a.b', facts: { field: 'x' } } } })
  expect(printed().trim().split('\n')).toHaveLength(3)
})

test('both have thresholds of their own', async () => {
  const { log, close, printed } = open({ logLevel: 'error' })
  const quiet = open({ logKeepLevel: 'warn' })
  log.info({ fn: 'thresholds' }, 'for the table')
  quiet.log.info({ fn: 'thresholds' }, 'for the screen')
  await Promise.all([close(), quiet.close()])
  expect((await kept('thresholds')).map((line) => line.message)).toEqual(['for the table'])
  expect(printed()).toBe('')
  expect(quiet.printed()).toContain('for the screen')
})

test('off is off', async () => {
  const { log, close, printed } = open({ logKeepLevel: 'off' })
  log.error({ fn: 'off' }, 'printed alone')
  await close()
  expect(await kept('off')).toEqual([])
  expect(printed()).toContain('printed alone')
})

test('no secret is kept, by its name or by its looks', async () => {
  const planted = {
    panel: 'ptla_plantedpanelkey123',
    stripe: 'sk_live_plantedstripekey',
    webhook: 'whsec_plantedwebhook',
    database: 'planteduser:plantedpassword',
    bearer: 'plantedbearer.token',
    plain: 'plantedplain',
  }
  const { log, close, printed } = open()
  working({ fn: 'secrets' }, () => {
    log.info({ headers: { authorization: planted.plain, cookie: planted.plain }, body: { user: { password: planted.plain } } }, 'by name')
    log.info({ url: `postgres://${planted.database}@host/db`, note: `tried ${planted.panel}`, list: [planted.stripe] }, 'in facts')
    log.warn({}, `Bearer ${planted.bearer} and ${planted.webhook} in a sentence`)
    const cause = new Error(`postgres://${planted.database}@host/db refused`)
    log.error({ err: new Error(`key ${planted.stripe} was refused`, { cause }) }, 'in an error')
  })
  await close()
  const lines = await kept('secrets')
  expect(lines).toHaveLength(4)
  for (const secret of Object.values(planted)) {
    expect(JSON.stringify(lines)).not.toContain(secret)
    expect(printed()).not.toContain(secret)
  }
})

test('a database that goes away takes nothing along: lines wait, and come when it is back', async () => {
  const port = Number(new URL(db.url).port)
  const line = await startLine({ to: () => [port] })
  const { log, close, printed } = open({ databaseUrl: db.url.replace(`:${port}/`, `:${line.port}/`) })
  log.info({ fn: 'outage' }, 'before')
  await vi.waitFor(async () => expect(await kept('outage')).toHaveLength(1), { timeout: 10_000 })
  await line.close()
  const before = await droppedSoFar()
  const began = performance.now()
  for (let n = 0; n < 6_000; n += 1) log.warn({ fn: 'outage', n }, 'during')
  expect(performance.now() - began).toBeLessThan(5_000)
  const back = await startLine({ port: line.port, to: () => [port] })
  await vi.waitFor(
    async () => expect((await kept('logs')).map((one) => one.message)).toEqual([expect.stringContaining('lines were not kept')]),
    {
      timeout: 30_000,
      interval: 200,
    },
  )
  const dropped = (await droppedSoFar()) - before
  expect(dropped).toBeGreaterThan(0)
  expect(await kept('outage')).toHaveLength(1 + 6_000 - dropped)
  expect(printed().match(/"during"/g)).toHaveLength(6_000)
  await close()
  await back.close()
}, 60_000)

test('ending does not wait for a database that is away', async () => {
  const { log, close } = open({ databaseUrl: db.url.replace(/:\d+\//, ':1/') })
  log.info({ fn: 'nowhere' }, 'lost')
  const began = performance.now()
  await close()
  expect(performance.now() - began).toBeLessThan(8_000)
})
