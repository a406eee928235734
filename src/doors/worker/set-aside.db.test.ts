import { beforeEach, expect, test } from 'vitest'
import { panelWorld } from '../../../test/kit/panel-world.ts'
import { repairFinding } from '../../findings/index.ts'
import type { Actor } from '../../kit/actor.ts'
import { type Outcome, settled } from '../../kit/outcome.ts'
import { MINUTE } from '../../kit/time.ts'
import { retryOrder } from '../../orders/index.ts'
import { giveUpServer, putOffServer, reconcileServer } from '../../servers/index.ts'
import { retryAside, SET_ASIDE, settingAside } from './set-aside.ts'

const shop = await panelWorld()
const BY: Actor = { kind: 'user', id: 'the-operator', role: 'operator' }
const signal = new AbortController().signal
const poison = new Set<string>()
const ran: string[] = []
const worker = (queue: string) =>
  settingAside(shop, {
    queue,
    slots: 1,
    async reconcile(key) {
      ran.push(key)
      if (poison.has(key)) throw new Error(`cannot read ${key}\u0000`)
      return settled()
    },
  })
const strikes = () => shop.db.q.selectFrom('strikes').select(['queue', 'key', 'count', 'error']).orderBy('key').execute()
const open = (kind: string) => shop.db.q.selectFrom('findings').selectAll().where('status', '=', 'open').where('kind', '=', kind).execute()
const waitOf = (outcome: Outcome): number => (outcome.kind === 'retry' ? outcome.afterMs : -1)

beforeEach(async () => {
  poison.clear()
  ran.length = 0
  await shop.db.byHand(`update findings set status = 'resolved' where status = 'open'`)
  await shop.db.byHand('delete from strikes')
})

test.each(['checkouts', 'order_money', 'messages', 'capacity'])(
  'a poisoned key of %s is set aside, further each time, named, and closed when it goes through; others go on',
  async (queue) => {
    const { reconcile } = worker(queue)
    poison.add('bad')
    const waits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      waits.push(waitOf(await reconcile('bad', signal)))
      expect(await reconcile(`good-${n}`, signal)).toEqual(settled())
      expect(await open(SET_ASIDE)).toHaveLength(n < 7 ? 0 : 1)
    }
    expect(waits.every((ms, n) => ms >= 2 ** (n + 1) * 1_000 && ms <= 10 * MINUTE)).toBe(true)
    expect(await open(SET_ASIDE)).toMatchObject([
      { severity: 'critical', subject_id: `${queue} bad`, evidence: { queue, key: 'bad', count: 8, error: 'cannot read bad' } },
    ])
    expect(await strikes()).toEqual([{ queue, key: 'bad', count: 8, error: 'cannot read bad' }])

    const [finding] = await open(SET_ASIDE)
    const ask = { id: finding?.id ?? '', by: BY, reason: 'mended', way: null, requestId: null }
    shop.db.wakes.length = 0
    await repairFinding(shop, { [SET_ASIDE]: retryAside }, { ...ask, dryRun: true })
    expect(shop.db.wakes).toEqual([])
    await repairFinding(shop, { [SET_ASIDE]: retryAside }, { ...ask, dryRun: false })
    expect(shop.db.wakes).toMatchObject([{ key: 'bad' }])
    poison.clear()
    // Another process takes it up: it learns of the strikes from the database.
    await shop.clock.advance(MINUTE)
    expect(await worker(queue).reconcile('bad', signal)).toEqual(settled())
    expect([await strikes(), await open(SET_ASIDE)]).toEqual([[], []])
  },
)

test('a key without strikes costs no query, but one in a while', async () => {
  let asked = 0
  const db = {
    ...shop.db,
    get q() {
      asked += 1
      return shop.db.q
    },
  }
  const { reconcile } = settingAside({ ...shop, db }, { queue: 'x', slots: 1, reconcile: async () => settled() })
  asked = 0
  for (let n = 0; n < 50; n += 1) await reconcile(`k${n}`, signal)
  expect(asked).toBe(1)
})

const servers = (broken: Set<string>) =>
  settingAside(
    shop,
    {
      queue: 'servers',
      slots: 8,
      async reconcile(id, stop) {
        if (broken.has(id)) throw new TypeError('undefined is not a function')
        return reconcileServer(shop, id, stop)
      },
    },
    { giveUp: (id) => giveUpServer(shop, id), putOff: (id, until) => putOffServer(shop, id, until) },
  )

test('a poisoned order stands still in error, is named, does not come due by itself, and comes back by one retry', async () => {
  const [bad, good] = [await shop.paidOrder(), await shop.paidOrder()]
  const broken = new Set([bad])
  const { reconcile } = servers(broken)
  for (let n = 0; n < 7; n += 1) {
    await reconcile(bad, signal)
    // The timer that wakes what is due passes it by.
    expect((await shop.order(bad)).nextCheckAt?.getTime()).toBeGreaterThan(shop.now().getTime())
    expect(await shop.order(bad)).toMatchObject({ status: 'paid' })
  }
  await reconcile(good, signal)
  expect(await shop.order(good)).toMatchObject({ status: 'installing' })
  expect(await reconcile(bad, signal)).toMatchObject({ kind: 'stuck' })
  expect(await shop.order(bad)).toMatchObject({ status: 'error', nextCheckAt: null, failure: { code: 'servers.given_up' } })
  expect(await open('servers.given_up')).toMatchObject([{ subject_id: bad }])
  expect(await open(SET_ASIDE)).toEqual([])

  // Still broken: one try, and it stands still again.
  await retryOrder(shop, { by: BY, orderId: bad })
  expect(await reconcile(bad, signal)).toMatchObject({ kind: 'stuck' })
  expect(await shop.order(bad)).toMatchObject({ status: 'error' })
  broken.clear()
  await retryOrder(shop, { by: BY, orderId: bad })
  await reconcile(bad, signal)
  await shop.pass(MINUTE, [bad])
  expect(await shop.order(bad)).toMatchObject({ status: 'provisioned' })
  expect([await open('servers.given_up'), await shop.serversOf(bad)]).toMatchObject([[], [{ externalId: bad }]])
})

test('a delivered order that is poisoned keeps its status: it is set aside, named, and closed when it goes through', async () => {
  const id = await shop.paidOrder()
  await shop.reconcile(id)
  await shop.pass(MINUTE, [id])
  const broken = new Set([id])
  const { reconcile } = servers(broken)
  for (let n = 0; n < 8; n += 1) await reconcile(id, signal)
  expect(await shop.order(id)).toMatchObject({ status: 'provisioned', failure: null })
  expect(await open(SET_ASIDE)).toMatchObject([{ subject_id: `servers ${id}` }])
  broken.clear()
  await reconcile(id, signal)
  expect([await strikes(), await open(SET_ASIDE)]).toEqual([[], []])
})

test('a run that was told to stop, or whose database went away, says nothing about its key', async () => {
  const away = settingAside(shop, {
    queue: 'x',
    slots: 1,
    reconcile: () => Promise.reject(new Error('Connection terminated unexpectedly')),
  })
  await expect(away.reconcile('k', signal)).rejects.toThrow('Connection terminated')
  const stopped = AbortSignal.abort(new Error('stopping'))
  poison.add('bad')
  await expect(worker('checkouts').reconcile('bad', stopped)).rejects.toThrow('cannot read')
  expect(await strikes()).toEqual([])
})
