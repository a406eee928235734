import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { testDb } from '../../test/kit/database.ts'
import { wake } from '../db/index.ts'
import { silentLog } from '../kit/log.ts'
import { again, type Outcome, settled } from '../kit/outcome.ts'
import { createLoop, migrateLoop, type Worker } from './index.ts'

const db = await testDb()
await migrateLoop(db.url)
const loop = createLoop({ databaseUrl: db.url, topics: { 'things.changed': ['things'] }, log: silentLog, name: 'test' })
await loop.start()
db.onWake(loop.sendWakes)
const runs: { key: string; from: number; to: number }[] = []
const givenUp: string[] = []
const plans = new Map<string, (run: number) => Promise<Outcome>>()
await loop.startWorkers(
  [
    {
      queue: 'things',
      slots: 4,
      async reconcile(key) {
        const run = { key, from: performance.now(), to: 0 }
        runs.push(run)
        const outcome = await (plans.get(key)?.(runs.filter((one) => one.key === key).length) ?? Promise.resolve(settled()))
        run.to = performance.now()
        return outcome
      },
      async giveUp(key) {
        givenUp.push(key)
      },
    },
  ],
  [],
)
afterAll(() => loop.stop())

const runsOf = (key: string) => runs.filter((run) => run.key === key)
const poke = (key: string) => db.tx((tx) => wake(tx, 'things.changed', key))

test('a wake-up in a transaction is run soon after the commit', async () => {
  await poke('a')
  await expect.poll(() => runsOf('a').length, { timeout: 5_000 }).toBe(1)
})

test('a key woken while it runs is run once more, and never twice at a time', async () => {
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  plans.set('b', async (run) => {
    if (run === 1) await held
    return settled()
  })
  await poke('b')
  await expect.poll(() => runsOf('b').length, { timeout: 5_000 }).toBe(1)
  await poke('b')
  await poke('b')
  // While the first run is held, a free slot would show an overlap within a poll or two.
  await sleep(1_200)
  expect(runsOf('b')).toHaveLength(1)
  release()
  await expect.poll(() => runsOf('b').length, { timeout: 5_000 }).toBe(2)
  const [first, second] = runsOf('b')
  expect(second!.from).toBeGreaterThanOrEqual(first!.to)
})

test('“again” looks once more after the wait', async () => {
  plans.set('c', async (run) => (run === 1 ? again(500) : settled()))
  await poke('c')
  await expect.poll(() => runsOf('c').length, { timeout: 8_000 }).toBe(2)
  const [first, second] = runsOf('c')
  expect(second!.from - first!.to).toBeGreaterThanOrEqual(450)
})

test('a wake-up overtakes a later look that is queued already', async () => {
  plans.set('d', async (run) => (run === 1 ? again(60_000) : settled()))
  await poke('d')
  await expect.poll(() => runsOf('d').length, { timeout: 5_000 }).toBe(1)
  await expect
    .poll(
      async () => (await db.pool.query(`select count(*) as n from pgboss.job where singleton_key = 'd' and state = 'created'`)).rows[0].n,
    )
    .toBe(1)
  await poke('d')
  await expect.poll(() => runsOf('d').length, { timeout: 5_000 }).toBe(2)
})

test('a transaction that rolls back wakes nobody', async () => {
  await db
    .tx(async (tx) => {
      await wake(tx, 'things.changed', 'e')
      throw new Error('no')
    })
    .catch(() => undefined)
  const { rows } = await db.pool.query(`select count(*) as n from pgboss.job where singleton_key = 'e'`)
  expect(rows[0].n).toBe(0)
  expect(runsOf('e')).toEqual([])
})

test('a run that fails while another of its key waits for its retry is not given up', async () => {
  const buried = async () =>
    (await db.pool.query(`select count(*)::int as n from pgboss.job where name = 'dead_letters' and state = 'completed'`)).rows[0].n
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  plans.set('e', async (run) => {
    if (run === 1) await held
    if (run <= 2) throw new Error('cut off')
    return settled()
  })
  await poke('e')
  await expect.poll(() => runsOf('e').length, { timeout: 5_000 }).toBe(1)
  await poke('e')
  release()
  await expect.poll(buried, { timeout: 15_000 }).toBe(1)
  await expect.poll(() => runsOf('e').length, { timeout: 5_000 }).toBeGreaterThanOrEqual(3)
  expect(givenUp).toEqual([])
}, 30_000)

test.each([
  ['is let finish', 60_000, false],
  ['that takes too long is told to end', 100, true],
])(
  'a stopping process begins nothing new; a run under way %s',
  async (_, graceMs, told) => {
    const queue = `stops_${graceMs}`
    const stopped = createLoop({ databaseUrl: db.url, topics: { [queue]: [queue] }, log: silentLog, name: 'test', graceMs })
    await stopped.start()
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    const ran: boolean[] = []
    let begun = 0
    const worker: Worker = {
      queue,
      slots: 1,
      async reconcile(_key, signal) {
        begun += 1
        await Promise.race([held, new Promise((done) => signal.addEventListener('abort', done))])
        ran.push(signal.aborted)
        return settled()
      },
    }
    await stopped.startWorkers([worker], [])
    await db.q.transaction().execute((tx) => stopped.sendWakes(tx, [{ topic: queue, key: 'x' }]))
    await expect.poll(() => begun, { timeout: 5_000 }).toBe(1)
    const over = stopped.stop()
    if (!told) release()
    await over
    expect(ran).toEqual([told])
  },
  15_000,
)

test('while a timed task holds up the stop, no more jobs are begun', async () => {
  const stopped = createLoop({ databaseUrl: db.url, topics: { 'late.changed': ['late'] }, log: silentLog, name: 'test' })
  await stopped.start()
  const ticking = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let begun = 0
  const reconcile = async () => {
    begun += 1
    return settled()
  }
  const tick = async () => {
    ticking.resolve()
    await ended.promise
  }
  await stopped.startWorkers([{ queue: 'late', slots: 2, reconcile }], [{ name: 'slow', everyMs: 60_000, tick }])
  await ticking.promise
  const over = stopped.stop()
  // What was being fetched at that moment may still come; only what is asked for afterwards must not.
  await sleep(1_000)
  await db.q.transaction().execute((tx) => stopped.sendWakes(tx, [{ topic: 'late.changed', key: 'x' }]))
  // Three polls' time: a worker that still fetched would have begun by then.
  await sleep(3_000)
  ended.resolve()
  await over
  expect(begun).toBe(0)
}, 15_000)
