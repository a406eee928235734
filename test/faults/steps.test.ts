import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FaultInput } from '../../sandbox/faults.ts'
import { type Operator, signInOperator } from '../chaos/operator.ts'
import { type Stage, startStage } from '../chaos/stage.ts'
import { ALL, buy, expectPromisesKept, once, QUIET_STAGE, settled, struck } from './kit.ts'

/**
 * Each call that an order needs, from its payment to its end: failed once, done and said to have failed, cut off by a kill
 * before it is done, after it is done, and everything run twice. One web process and one worker, so it is this worker that dies.
 */
interface Step {
  name: string
  system: 'panel' | 'stripe'
  match: string
  /** How the order comes to need this call. */
  order: 'bought' | 'canceled' | 'kept'
  before?: FaultInput[]
}
const CREATE = 'POST /api/application/servers'
const FAILED_INSTALL: FaultInput = { system: 'panel', kind: 'install_fails', times: 1 }
const STEPS: Step[] = [
  { name: 'ask for the session', system: 'stripe', match: 'GET /v1/checkout/sessions/', order: 'bought' },
  { name: 'ensure the account', system: 'panel', match: 'POST /api/application/users', order: 'bought' },
  { name: 'create', system: 'panel', match: CREATE, order: 'bought' },
  {
    name: 'look up',
    system: 'panel',
    match: 'GET /api/application/servers/external/',
    order: 'bought',
    before: [{ system: 'panel', kind: 'error_after', match: CREATE, times: 1 }],
  },
  { name: 'watch', system: 'panel', match: 'GET /api/application/servers', order: 'bought' },
  { name: 'reinstall', system: 'panel', match: '/reinstall', order: 'bought', before: [FAILED_INSTALL] },
  {
    name: 'delete and make anew',
    system: 'panel',
    match: 'DELETE /api/application/servers/',
    order: 'bought',
    before: [{ ...FAILED_INSTALL, times: 2 }],
  },
  { name: 'delete', system: 'panel', match: 'DELETE /api/application/servers/', order: 'canceled' },
  { name: 'suspend', system: 'panel', match: '/suspend', order: 'kept' },
  { name: 'end the subscription', system: 'stripe', match: 'DELETE /v1/subscriptions/', order: 'canceled' },
  { name: 'list the payments', system: 'stripe', match: 'GET /v1/invoices', order: 'canceled' },
  { name: 'refund', system: 'stripe', match: 'POST /v1/refunds', order: 'canceled' },
]

type Trouble = { name: string; fault: (step: Step) => FaultInput | null; kills: boolean }
const TROUBLES: Trouble[] = [
  { name: 'fails once', fault: ({ system, match }) => ({ system, match, kind: 'error_before', status: 503 }), kills: false },
  { name: 'is cut off once', fault: ({ system, match }) => ({ system, match, kind: 'down' }), kills: false },
  {
    name: 'is done and said to have failed',
    fault: ({ system, match }) => (system === 'panel' ? { system, match, kind: 'error_after', status: 504 } : null),
    kills: false,
  },
  {
    name: 'is under way when the worker is killed, and is not done',
    fault: ({ system, match }) => ({ system, match, kind: 'hang' }),
    kills: true,
  },
  {
    name: 'is under way when the worker is killed, and is done afterwards',
    fault: ({ system, match }) => ({ system, match, kind: 'slow', ms: 1_000 }),
    kills: true,
  },
]
/** Those that are run with everything else. */
const USUAL = [
  'create is under way when the worker is killed, and is done afterwards',
  'refund is under way when the worker is killed, and is done afterwards',
  'look up fails once',
  'reinstall is done and said to have failed',
]
const CASES = STEPS.flatMap((step) =>
  TROUBLES.flatMap((trouble) => {
    const fault = trouble.fault(step)
    const name = `${step.name} ${trouble.name}`
    return fault && (ALL || USUAL.includes(name)) ? [{ name, step, fault, kills: trouble.kills }] : []
  }),
)

let stage: Stage
let operator: Operator
beforeAll(async () => {
  stage = await startStage({ ...QUIET_STAGE, webs: 1, workers: 1 })
  operator = await signInOperator(stage)
}, 120_000)
afterAll(() => stage?.close())
afterEach(() => stage.faultsOff())

const worker = () => {
  const [first] = stage.workers
  if (!first) throw new Error('no worker')
  return first
}
const ends = { bought: 'delivered', canceled: 'gone', kept: 'suspended' } as const
/** Canceled with a refund of everything; `kept` leaves the server to a person. */
async function cancel(id: string, order: Step['order']): Promise<void> {
  if (order === 'canceled') await operator.cancel(id)
  if (order === 'kept') await operator.cancel(id, { deleteServer: false })
}
/** A person's decision is made for the orders whose server was kept, so that the next case finds nothing open. */
async function tidyUp(id: string, order: Step['order']): Promise<void> {
  if (order !== 'kept') return
  await operator.cancel(id)
  await settled(stage, id, 'gone')
}

test.each(CASES)(
  '$name',
  async ({ step, fault, kills }) => {
    for (const input of step.before ?? []) await stage.fault(input)
    let id = ''
    if (step.order !== 'bought') {
      id = await buy(stage)
      await settled(stage, id, 'delivered')
    }
    const trouble = await once(stage, fault)
    if (step.order === 'bought') id = await buy(stage)
    else await cancel(id, step.order)
    await struck(stage, trouble)
    if (kills) {
      await worker().kill('SIGKILL')
      await worker().start()
    }
    await settled(stage, id, ends[step.order])
    await tidyUp(id, step.order)
    await expectPromisesKept(stage)
  },
  180_000,
)

test('everything run twice: nothing is done a second time', async () => {
  await stage.fault({ system: 'stripe', kind: 'webhook_twice' })
  const [bought, canceled] = [await buy(stage), await buy(stage)]
  await settled(stage, bought, 'delivered')
  await settled(stage, canceled, 'delivered')
  await operator.cancel(canceled)
  await settled(stage, canceled, 'gone')
  const counts = async () => (await (await fetch(`${stage.panelUrl}/sandbox/calls.json`)).json()) as { calls: Record<string, number> }
  const changing = async () => Object.entries((await counts()).calls).filter(([route]) => !route.startsWith('GET'))
  const before = await changing()
  await stage.sql.query('update orders set next_check_at = now()')
  await stage.sql.query('update stripe_events set processed_at = null, next_attempt_at = now()')
  await Promise.all([operator.cancel(canceled), operator.retry(bought), operator.cancel(canceled)])
  await expect
    .poll(async () => (await stage.sql.query('select count(*)::int as n from stripe_events where processed_at is null')).rows[0].n, {
      timeout: 60_000,
    })
    .toBe(0)
  await expect
    .poll(async () => (await stage.sql.query('select count(*)::int as n from orders where next_check_at <= now()')).rows[0].n, {
      timeout: 60_000,
    })
    .toBe(0)
  await settled(stage, canceled, 'gone')
  await settled(stage, bought, 'delivered')
  expect(await changing()).toEqual(before)
  await expectPromisesKept(stage)
}, 180_000)
