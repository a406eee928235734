import { afterAll, afterEach, beforeAll, test } from 'vitest'
import type { FaultInput } from '../../sandbox/faults.ts'
import { type Operator, signInOperator } from '../chaos/operator.ts'
import { type Stage, startStage } from '../chaos/stage.ts'
import { ALL, buy, expectPromisesKept, LARGER_PLAN, once, PLAN, QUIET_STAGE, settled, struck } from './kit.ts'

/**
 * Each call that an order needs, from its payment to its end: failed once, done and said to have failed, cut off by a kill
 * before it is done, after it is done, and everything run twice. One web process and one worker, so it is this worker that dies.
 */
export interface Step {
  name: string
  system: 'panel' | 'stripe'
  match: string
  /** How the order comes to need this call. */
  order: 'bought' | 'canceled' | 'kept' | 'grown' | 'shrunk'
  before?: FaultInput[]
}
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
const casesOf = (steps: Step[], usual: string[]) =>
  steps.flatMap((step) =>
    TROUBLES.flatMap((trouble) => {
      const fault = trouble.fault(step)
      const name = `${step.name} ${trouble.name}`
      return fault && (ALL || usual.includes(name)) ? [{ name, step, fault, kills: trouble.kills }] : []
    }),
  )

/** Declares the cases of these steps, on a stage of their own. @param usual those that are run with everything else */
export function testSteps(steps: Step[], usual: string[]): { stage: () => Stage; operator: () => Operator } {
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
  const ends = { bought: 'delivered', canceled: 'gone', kept: 'suspended', grown: 'grown', shrunk: 'shrunk' } as const
  /** Canceled with a refund of everything; `kept` leaves the server to a person. Or another plan. */
  async function ask(id: string, order: Step['order']): Promise<void> {
    if (order === 'canceled') await operator.cancel(id)
    if (order === 'kept') await operator.cancel(id, { deleteServer: false })
    if (order === 'grown') await operator.changePlan(id, LARGER_PLAN)
    if (order === 'shrunk') await operator.changePlan(id, PLAN)
  }
  async function delivered(order: Step['order']): Promise<string> {
    const id = await buy(stage)
    await settled(stage, id, 'delivered')
    if (order !== 'shrunk') return id
    await operator.changePlan(id, LARGER_PLAN)
    await settled(stage, id, 'grown')
    return id
  }
  /** A person's decision is made for the orders whose server was kept, so that the next case finds nothing open. */
  async function tidyUp(id: string, order: Step['order']): Promise<void> {
    if (order !== 'kept') return
    await operator.cancel(id)
    await settled(stage, id, 'gone')
  }

  test.each(casesOf(steps, usual))(
    '$name',
    async ({ step, fault, kills }) => {
      for (const input of step.before ?? []) await stage.fault(input)
      let id = ''
      if (step.order !== 'bought') id = await delivered(step.order)
      const trouble = await once(stage, fault)
      if (step.order === 'bought') id = await buy(stage)
      else await ask(id, step.order)
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
  return { stage: () => stage, operator: () => operator }
}
