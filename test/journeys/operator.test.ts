import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPERATOR, type Stack, startStack } from '../kit/stack.ts'
import { openBrowser } from './kit/browser.ts'
import { CARDS, enter, newCustomer, orderIdOf, orderServer, payByCard, signIn } from './kit/people.ts'

/** What an operator does when something is wrong: finds it, reads why, mends it, tries again. */
let stack: Stack
let browser: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  const [started, opened] = await Promise.all([startStack({ env: { PANEL_UNKNOWN_WAIT_MS: '3000' } }), openBrowser()])
  stack = started
  browser = opened
  await stack.startProduct()
}, 300_000)
afterAll(() => stack?.close())

test('an order that the panel refuses: the customer is told, the operator finds it, mends the cause and tries again', async () => {
  const [customer, operator, mechanic] = await Promise.all([browser.visitor(), browser.visitor(), browser.visitor()])
  const who = await newCustomer(stack, customer, 'Rosa')

  const faults = mechanic.page
  await faults.goto(`${stack.sandbox.controlUrl}/faults`)
  const refusal = faults.locator('#panel-refuse_field')
  await refusal.getByText('Options').click()
  await refusal.getByRole('textbox', { name: 'Field' }).fill('environment.SERVER_JARFILE')
  await refusal.getByRole('button', { name: 'Switch on Game panel refuse_field' }).click()
  await faults.getByRole('button', { name: 'Switch off Game panel refuse_field' }).waitFor()

  await orderServer(stack, customer.page, { game: 'minecraft', plan: 'minecraft-paper-2gb', name: 'Rosa’s garden' })
  await payByCard(customer.page, CARDS.good)
  await customer.page.getByRole('status', { name: 'Order state: Being mended' }).waitFor()
  await customer.page.getByRole('alert').getByText('Your server could not be made, for a reason on our side.').waitFor()
  const orderId = orderIdOf(customer.page)

  const { page } = operator
  await page.goto(`${stack.url}/ops`)
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await enter(page, OPERATOR)
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
  await page.getByRole('radiogroup', { name: 'Show orders' }).getByText('Error').click()
  await page
    .getByRole('row', { name: /Rosa’s garden/ })
    .getByText(/refused the field environment\.SERVER_JARFILE/)
    .waitFor()
  await page.getByRole('link', { name: 'Rosa’s garden' }).click()
  const failure = page.getByRole('region', { name: /refused the field environment\.SERVER_JARFILE/ })
  await failure.getByText(/Set SERVER_JARFILE in the recipe minecraft-paper/).waitFor()
  expect(orderIdOf(page)).toBe(orderId)

  await faults.getByRole('button', { name: 'Switch off Game panel refuse_field' }).click()
  await faults.getByText('Nothing: everything works.').waitFor()

  await page.getByRole('button', { name: 'Retry' }).click()
  const dialog = page.getByRole('dialog', { name: 'Retry this order?' })
  await dialog.getByText('Rosa’s garden').waitFor()
  await dialog.getByText(who.email).waitFor()
  await dialog.getByLabel('Reason').fill('The egg is mended')
  await dialog.getByRole('button', { name: 'Retry order' }).click()
  await page.getByText(/^(provisioned|active)$/).waitFor()

  await customer.page.getByRole('status', { name: 'Order state: Ready' }).waitFor()
  const { rows } = await stack.db.pool.query(`select why from audit_log where did = 'orders.retry' and target_id = $1`, [orderId])
  expect(rows).toEqual([{ why: 'The egg is mended' }])
  for (const visitor of [customer, operator, mechanic]) expect(visitor.faults()).toEqual([])
}, 300_000)

test('a panel that is down for a while: the order waits in plain words, goes on by itself, and shows in the console', async () => {
  const [customer, operator] = await Promise.all([browser.visitor(), browser.visitor()])
  await newCustomer(stack, customer, 'Theo')
  await stack.fault({ system: 'panel', kind: 'down', match: 'POST /api/application/servers' })
  await orderServer(stack, customer.page, { game: 'teeworlds', name: 'Theo’s arena' })
  await payByCard(customer.page, CARDS.good)
  await customer.page.getByRole('status', { name: 'Order state: Delayed' }).waitFor()
  await customer.page.getByRole('alert').getByText('We look again:').waitFor()
  const orderId = orderIdOf(customer.page)

  await signIn(stack, operator.page)
  await operator.page.goto(`${stack.url}/ops/orders`)
  await operator.page.getByLabel('Search orders').fill(orderId)
  await operator.page.getByRole('button', { name: 'Search' }).click()
  await operator.page
    .getByRole('row', { name: /Theo’s arena/ })
    .getByText(/^(paid|provisioning)$/)
    .waitFor()
  await operator.page.getByRole('link', { name: 'Theo’s arena' }).click()
  await operator.page.getByRole('region', { name: /panel/ }).getByText('Next look:').waitFor()

  await stack.noFaults()
  await customer.page.getByRole('status', { name: 'Order state: Ready' }).waitFor({ timeout: 60_000 })
  expect(customer.faults()).toEqual([])
}, 300_000)

test('a customer wants the money back: an operator cancels, the money goes back, the server goes', async () => {
  const [customer, operator] = await Promise.all([browser.visitor(), browser.visitor()])
  await newCustomer(stack, customer, 'Uma')
  await orderServer(stack, customer.page, { game: 'mindustry', name: 'Uma’s line' })
  await payByCard(customer.page, CARDS.good)
  await customer.page.getByRole('status', { name: 'Order state: Ready' }).waitFor()
  const orderId = orderIdOf(customer.page)

  const { page } = operator
  await signIn(stack, page)
  await page.goto(`${stack.url}/ops/orders/${orderId}`)
  await page.getByRole('button', { name: 'Cancel or refund' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel or refund?' })
  await dialog.getByText('Uma’s line').waitFor()
  for (const choice of ['Now', 'All of it', 'Delete at once']) await dialog.getByText(choice, { exact: true }).click()
  await dialog.getByLabel('Reason').fill('Asked for it by mail')
  await dialog.getByRole('button', { name: 'Show what will happen' }).click()
  await dialog.getByText('$5.99 of $5.99 paid goes back to the customer.').waitFor()
  await dialog.getByRole('button', { name: 'Do it' }).click()
  await page.getByText('canceled', { exact: true }).first().waitFor()

  await customer.page.reload()
  await customer.page.getByText('its payment is on the way back to you').waitFor()
  const ofThisOrder = async () => {
    const stripe = (await (await fetch(`http://localhost:${stack.sandbox.stripePort}/sandbox/state.json`)).json()) as StripeState
    const panel = (await (await fetch(`${stack.config.panelUrl}/sandbox/state.json`)).json()) as PanelState
    return {
      refunded: stripe.refunds.map(({ amount }) => amount),
      servers: panel.servers.filter((server) => server.external_id === orderId).length,
    }
  }
  await expect.poll(ofThisOrder, { timeout: 20_000 }).toEqual({ refunded: [599], servers: 0 })
  for (const visitor of [customer, operator]) expect(visitor.faults()).toEqual([])
}, 300_000)

interface StripeState {
  refunds: { amount: number }[]
}
interface PanelState {
  servers: { external_id: string | null }[]
}
