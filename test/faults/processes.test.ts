import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Operator, signInOperator } from '../chaos/operator.ts'
import { type Stage, startStage } from '../chaos/stage.ts'
import { ALL, buy, expectPromisesKept, newCustomer, QUIET_STAGE, settled, struck } from './kit.ts'

/** A worker that is frozen while another takes over and then wakes, and a database that is torn away. */
const CREATE = 'POST /api/application/servers'
let stage: Stage
let operator: Operator
beforeAll(async () => {
  stage = await startStage({ ...QUIET_STAGE, webs: 1, workers: 2 })
  operator = await signInOperator(stage)
}, 120_000)
afterAll(() => stage?.close())
afterEach(() => stage.faultsOff())

function twoWorkers() {
  const [sleeper, other] = stage.workers
  if (!sleeper || !other) throw new Error('two workers, please')
  return { sleeper, other }
}
const intentOf = async (id: string) =>
  (await stage.sql.query('select attempt->>$2 as step from server_states where order_id = $1', [id, 'step'])).rows[0]?.step ?? null
const calls = async (): Promise<number> => {
  const { calls } = (await (await fetch(`${stage.panelUrl}/sandbox/calls.json`)).json()) as { calls: Record<string, number> }
  return calls['POST api/application/servers'] ?? 0
}

const CASES: { name: string; usual: boolean; run: () => Promise<void> }[] = [
  {
    name: 'frozen while the panel makes its server, another worker delivers it; awake again it changes nothing',
    usual: false,
    run: async () => {
      const { sleeper, other } = twoWorkers()
      await other.kill('SIGKILL')
      const slow = await stage.fault({ system: 'panel', kind: 'slow', match: CREATE, ms: 1_000, times: 1 })
      const id = await buy(stage)
      await struck(stage, slow)
      sleeper.freeze()
      await other.start()
      await settled(stage, id, 'delivered')
      const made = await calls()
      sleeper.thaw()
      const next = await buy(stage)
      await settled(stage, next, 'delivered')
      expect(await calls()).toBe(made + 1)
      await expectPromisesKept(stage)
    },
  },

  {
    name: 'frozen between intent and call, its order is delivered and ended by others; awake again it makes no server',
    usual: true,
    run: async () => {
      const { sleeper, other } = twoWorkers()
      await other.kill('SIGKILL')
      // A customer with an account on the panel, so that the create is the order's first call.
      const known = await newCustomer(stage)
      await settled(stage, await buy(stage, known), 'delivered')
      const made = await calls()
      // Nobody may call the panel: the intent is written and waits for its turn.
      const block = (until: string) => stage.sql.query(`update panel_budget set blocked_until = ${until}, window_ends_at = ${until}`)
      await block(`now() + interval '20 seconds'`)
      const id = await buy(stage, known)
      await expect.poll(() => intentOf(id), { timeout: 30_000, interval: 20 }).toBe('create')
      sleeper.freeze()
      expect(await calls()).toBe(made)
      await block('now()')
      await other.start()
      await settled(stage, id, 'delivered')
      await operator.cancel(id)
      await settled(stage, id, 'gone')
      sleeper.thaw()
      const next = await buy(stage)
      await settled(stage, next, 'delivered')
      await expect
        .poll(async () => (await stage.sql.query('select count(*)::int as n from pgboss.job where state = $1', ['active'])).rows[0].n, {
          timeout: 30_000,
        })
        .toBe(0)
      await expectPromisesKept(stage)
    },
  },

  {
    name: 'PostgreSQL is torn away while servers are made, and comes back',
    usual: false,
    run: async () => {
      const slow = await stage.fault({ system: 'panel', kind: 'slow', match: CREATE, ms: 1_500, times: 3 })
      const ids = await Promise.all([buy(stage), buy(stage), buy(stage)])
      await struck(stage, slow)
      await stage.crashDatabase(2_000)
      ids.push(await buy(stage))
      for (const id of ids) await settled(stage, id, 'delivered', 120_000)
      await expectPromisesKept(stage)
    },
  },
]

test.each(CASES.filter(({ usual }) => usual || ALL))('$name', ({ run }) => run(), 180_000)
