import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { GameView, ShopView } from '../../../catalog/contract.ts'
import { type Config, readConfig } from '../../../config.ts'
import { Failure } from '../../../kit/failure.ts'
import { panelCallsForOrders } from '../demo/panel-calls.ts'
import { type Bought, type Places, Shopper } from '../demo/shopper.ts'
import { EXIT, print, table } from '../run.ts'

interface BuyOptions {
  plan: string
  count: string
  concurrency: string
  timeout: string
  json?: boolean
}

export function demoCommands(program: Command): void {
  program
    .command('demo')
    .description('Demonstrations on the sandbox.')
    .command('buy')
    .description('Buy servers as so many new customers would: sign up, verify, check out, pay, wait. Exit 65 when one is not delivered.')
    .option('--plan <id>', 'plan to buy', 'minecraft-paper-2gb')
    .option('--count <n>', 'customers', '1')
    .option('--concurrency <n>', 'at once', '5')
    .option('--timeout <seconds>', 'longest wait for one order', '300')
    .option('--json', 'print JSON')
    .action((options: BuyOptions) => print(options, () => buy(readConfig(), options)))
}

async function buy(config: Config, options: BuyOptions) {
  if (!config.sandbox.includes('stripe'))
    throw new Failure({
      code: 'demo.not_sandboxed',
      kind: 'conflict',
      say: 'The demo pays with test cards, and Stripe is not sandboxed here.',
      next: 'Run it against `npm start`.',
    })
  const places: Places = { shopUrl: config.publicUrl, controlUrl: `http://127.0.0.1:${config.port + 3}` }
  const count = Number(options.count)
  const timeoutMs = Number(options.timeout) * 1_000
  const regions = await regionsWithRoom(places, options.plan)
  const run = randomBytes(4).toString('hex')
  const callsBefore = await panelCallsForOrders(config.panelUrl)
  const bought: (Bought & { problem?: string })[] = []
  let next = 0
  const shop = async () => {
    while (next < count) {
      const n = next++
      const customer = `demo-${run}-${n + 1}@example.com`
      const one = await buyOne(new Shopper(places, customer), options.plan, regions[n % regions.length] ?? '', timeoutMs).catch(
        (error: Error) => ({ id: '', status: 'not bought', seconds: null, customer, server: null, problem: error.message }),
      )
      bought.push(one)
      process.stderr.write(`${bought.length}/${count} ${customer}: ${one.status}${one.seconds === null ? '' : ` after ${one.seconds} s`}\n`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(Number(options.concurrency), count) }, shop))
  const calls = (await panelCallsForOrders(config.panelUrl)) - callsBefore
  const delivered = bought.filter((one) => one.status === 'provisioned' || one.status === 'active')
  if (delivered.length < count) process.exitCode = EXIT.conflict
  const panelCallsPerOrder = delivered.length === 0 ? null : Math.round((calls / delivered.length) * 100) / 100
  const value = { orders: bought, delivered: delivered.length, panelCalls: calls, panelCallsPerOrder }
  const rows = bought.map((one) => [one.id, one.status, one.seconds, one.server?.address, one.problem])
  return {
    value,
    text: `${table(['order', 'status', 'seconds', 'address', 'problem'], rows)}\n\n${delivered.length} of ${count} delivered, ${panelCallsPerOrder ?? '–'} panel calls an order.`,
  }
}

async function buyOne(shopper: Shopper, plan: string, region: string, timeoutMs: number): Promise<Bought> {
  await shopper.signUp()
  await shopper.verify()
  const { id, url } = await shopper.checkOut(plan, region)
  await shopper.pay(url)
  return shopper.waitFor(id, timeoutMs)
}

/** Regions where the plan is on sale now. */
async function regionsWithRoom({ shopUrl }: Places, planId: string): Promise<string[]> {
  const read = async (path: string) => (await fetch(`${shopUrl}${path}`)).json()
  const shop = ShopView.parse(await read('/api/shop'))
  for (const { id } of shop.games) {
    const game = GameView.parse(await read(`/api/games/${id}`))
    const plan = game.plans.find((one) => one.id === planId)
    if (!plan) continue
    const open = Object.entries(plan.availability).filter(([, room]) => room === 'available')
    if (plan.sellable && open.length > 0) return open.map(([region]) => region)
    throw new Failure({
      code: 'demo.not_on_sale',
      kind: 'full',
      say: `${planId} is not on sale: ${plan.reason ?? game.notice ?? 'sold out in every region'}.`,
      next: 'Pick another plan.',
    })
  }
  throw new Failure({ code: 'demo.no_such_plan', kind: 'missing', say: `There is no plan ${planId}.`, next: `See ${shopUrl}/api/shop.` })
}
