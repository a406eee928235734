import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR } from '../../src/kit/time.ts'
import { givrwrld } from '../kit/command-line.ts'
import { type Stack, startStack } from '../kit/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
  await stack.startProduct()
}, 120_000)
afterAll(() => stack?.close())

const buy = () => givrwrld(stack.dataDir, 'demo', 'buy', '--count', '1', '--timeout', '60', '--json')
const orders = async (): Promise<{ status: string; created_at: Date }[]> =>
  (await stack.db.pool.query('select status, created_at from orders order by created_at')).rows

test('the sandbox’s clock is moved forward: the shop goes along, sells on, and does what falls due', async () => {
  expect((await buy()).code).toBe(0)
  const moved = await fetch(`${stack.sandbox.controlUrl}/clock/advance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ms: 25 * HOUR }),
  })
  expect(moved.status).toBe(200)
  await expect.poll(async () => (await orders())[0]?.status, { timeout: 20_000 }).toBe('active')
  const later = await buy()
  expect(later.code, later.err).toBe(0)
  const [first, second] = await orders()
  expect(second!.created_at.getTime() - first!.created_at.getTime()).toBeGreaterThan(25 * HOUR)
}, 120_000)
