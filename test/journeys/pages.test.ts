import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Shopper } from '../../src/doors/cli/demo/shopper.ts'
import { type Stack, startStack } from '../kit/stack.ts'
import { openBrowser, type Visitor } from './kit/browser.ts'
import { type Look, wrongWith } from './kit/look.ts'
import { createAccount, followMail, person, signIn } from './kit/people.ts'

/** Every page that a person can stand on, looked at with axe, on a desk and on a phone. */
let stack: Stack
let stranger: Visitor
let customer: Visitor
let operator: Visitor
/** One order in each state that its page can show. */
const orders: Record<'unpaid' | 'ended' | 'ready' | 'building' | 'stuck' | 'delayed' | 'canceled', string> = {
  unpaid: '',
  ended: '',
  ready: '',
  building: '',
  stuck: '',
  delayed: '',
  canceled: '',
}

beforeAll(async () => {
  const [started, browser] = await Promise.all([startStack(), openBrowser()])
  stack = started
  await stack.startProduct()
  const shopper = new Shopper({ shopUrl: stack.url, controlUrl: stack.sandbox.controlUrl }, 'vera@players.example.com')
  await shopper.signUp()
  await shopper.verify()
  stranger = await browser.visitor()
  customer = await browser.visitor()
  operator = await browser.visitor()
  await signIn(stack, customer.page, { email: shopper.email, password: `demo-${shopper.email}` })
  await signIn(stack, operator.page)
  await makeOrders(shopper)
  for (const visitor of [customer, operator]) visitor.faults()
}, 300_000)
afterAll(() => stack?.close())

async function makeOrders(shopper: Shopper): Promise<void> {
  const open = async (state: keyof typeof orders, plan: string) => {
    const { id, url } = await shopper.checkOut(plan, 'eu.fra')
    orders[state] = id
    return url
  }
  const until = (state: keyof typeof orders, title: string) =>
    vi.waitFor(
      async () => {
        const { trouble, status } = await shopper.order(orders[state])
        expect(trouble?.title ?? status).toBe(title)
      },
      { timeout: 30_000, interval: 200 },
    )

  await open('ended', 'rust-vanilla-3gb')
  await customer.page.goto(`${stack.url}/orders/${orders.ended}`)
  await customer.page.getByRole('button', { name: 'Cancel checkout' }).click()
  await customer.page.getByRole('status', { name: 'Order state: Ended unpaid' }).waitFor()

  await shopper.pay(await open('ready', 'minecraft-paper-2gb'))
  await shopper.pay(await open('canceled', 'terraria-vanilla-2gb'))
  await until('ready', 'provisioned')
  await until('canceled', 'provisioned')
  const canceled = await operator.page.request.post(`${stack.url}/api/ops/orders/${orders.canceled}/cancel`, {
    data: { reason: 'Asked for it', refund: true },
    headers: { origin: stack.url },
  })
  expect(canceled.status()).toBe(202)

  await stack.fault({ system: 'panel', kind: 'refuse_field', field: 'environment.SERVER_JARFILE' })
  await shopper.pay(await open('stuck', 'minecraft-vanilla-4gb'))
  await until('stuck', 'We are on it')
  await stack.noFaults()
  await stack.fault({ system: 'panel', kind: 'install_never' })
  await shopper.pay(await open('building', 'minecraft-purpur-4gb'))
  await until('building', 'installing')
  await stack.fault({ system: 'panel', kind: 'html', match: 'POST /api/application/servers' })
  await shopper.pay(await open('delayed', 'teeworlds-vanilla-2gb'))
  await until('delayed', 'A short delay')
  await open('unpaid', 'palworld-vanilla-4gb')
}

interface Stop extends Omit<Look, 'name'> {
  path: string
  shows: string | RegExp
}

/** Goes to each page in turn; all that is wrong with any of them is told at once. */
async function lookAt(visitor: Visitor, origin: string, stops: Record<string, Stop>): Promise<void> {
  const wrong: Record<string, string[]> = {}
  for (const [name, { path, shows, ...look }] of Object.entries(stops)) {
    await visitor.page.goto(`${origin}${path}`)
    await visitor.page.getByText(shows).first().waitFor()
    const found = await wrongWith(visitor, { name, ...look })
    if (found.length > 0) wrong[name] = found
  }
  expect(wrong).toEqual({})
}
const light = true

test('pages for everybody', async () => {
  await lookAt(stranger, stack.url, {
    home: { path: '/', shows: 'Vintage Story', light },
    'game-variants': { path: '/games/minecraft', shows: 'Due today', light },
    'game-plain': { path: '/games/enshrouded', shows: 'Due today', light },
    'game-single': { path: '/games/rust', shows: 'Due today', light },
    'game-unknown': { path: '/games/none', shows: 'There is nothing here', light, expected: /^404 GET \/api\/games/ },
    'sign-in': { path: '/sign-in', shows: 'Forgotten your password?', light },
    'sign-up': { path: '/sign-up', shows: 'At least 8 characters.', light },
    forgotten: { path: '/forgotten', shows: 'Send the link', light },
    reset: { path: '/reset-password?token=t', shows: 'At least 8 characters.', light },
    'reset-used': { path: '/reset-password', shows: 'Send a new link', light },
    verified: { path: '/verified', shows: 'You can order servers now.', light },
    'verified-late': { path: '/verified?error=TOKEN_EXPIRED', shows: 'Sign in to get a new link', light },
    status: { path: '/status', shows: 'Hour by hour', light },
    terms: { path: '/terms', shows: 'If we cannot deliver', light },
    privacy: { path: '/privacy', shows: /panel/, light },
    'not-found': { path: '/nowhere', shows: 'There is nothing here', light },
    'order-stranger': { path: `/orders/${orders.ready}`, shows: 'Sign in to see this order.', light, expected: /^401 GET \/api\/orders/ },
    'ops-stranger': { path: '/ops', shows: 'The console is for staff.', light },
  })
}, 300_000)

test('pages of a customer', async () => {
  const order = (state: keyof typeof orders, badge: string): Stop => ({ path: `/orders/${orders[state]}`, shows: badge, light })
  await lookAt(customer, stack.url, {
    servers: { path: '/servers', shows: 'Being built', light },
    'order-unpaid': order('unpaid', 'Resume payment'),
    'order-ended': order('ended', 'Choose again'),
    'order-building': order('building', 'The game is being installed.'),
    'order-ready': order('ready', 'Open the panel'),
    'order-stuck': order('stuck', 'We are on it'),
    'order-delayed': order('delayed', 'We look again:'),
    'order-canceled': order('canceled', 'on the way back to you'),
    account: { path: '/account', shows: 'Sign out everywhere else', light },
    'game-customer': { path: '/games/minecraft?plan=minecraft-paper-8gb&term=yearly&name=Valley', shows: 'I accept the terms', light },
    'ops-refused': { path: '/ops', shows: 'For staff only', light },
  })
}, 300_000)

test('pages of somebody who has not verified their address', async () => {
  const { page } = stranger
  const who = person('Quin')
  await page.goto(`${stack.url}/sign-up?next=${encodeURIComponent('/games/minecraft')}`)
  await createAccount(page, who)
  await page.getByRole('status').getByText('Verify your e-mail first').waitFor()
  expect(await wrongWith(stranger, { name: 'game-unverified', light })).toEqual([])
  await page.getByRole('link', { name: 'Account', exact: true }).click()
  await page.getByText('Game panel account').waitFor()
  expect(await wrongWith(stranger, { name: 'account-unverified', light })).toEqual([])
  const tab = await followMail(stack, stranger, who.email, 'Confirm your e-mail address', /verify-email/)
  expect(await wrongWith({ ...stranger, page: tab }, { name: 'verified-back', light })).toEqual([])
}, 300_000)

test('pages of an operator', async () => {
  await lookAt(operator, stack.url, {
    'ops-orders': { path: '/ops/orders', shows: 'teeworlds-vanilla-2gb', light },
    'ops-orders-error': { path: '/ops/orders?filter=error', shows: /refused the field/, light },
    'ops-orders-none': { path: '/ops/orders?filter=all&q=nothing', shows: 'No order matches', light },
    'ops-order-stuck': { path: `/ops/orders/${orders.stuck}`, shows: 'Timeline', light },
    'ops-order-ready': { path: `/ops/orders/${orders.ready}`, shows: 'Timeline', light },
    'ops-nodes': { path: '/ops/nodes', shows: 'fra-1', light },
    'ops-audit': { path: '/ops/audit', shows: 'orders.cancel', light },
    'ops-audit-none': { path: '/ops/audit?did=none', shows: 'No deed matches', light },
    'ops-findings': { path: '/ops/findings', shows: 'Open', light },
    'ops-findings-resolved': { path: '/ops/findings?status=resolved', shows: 'Resolved', light },
  })
  const { page } = operator
  await page.goto(`${stack.url}/ops/orders/${orders.stuck}`)
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('dialog', { name: 'Retry this order?' }).waitFor()
  expect(await wrongWith(operator, { name: 'ops-order-retry' })).toEqual([])
  await page.goto(`${stack.url}/ops/orders/${orders.ready}`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog', { name: 'Cancel or refund?' }).waitFor()
  expect(await wrongWith(operator, { name: 'ops-order-cancel' })).toEqual([])
  await page.goto(`${stack.url}/ops/nodes`)
  await page.getByRole('button', { name: 'Disable fra-1' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await wrongWith(operator, { name: 'ops-node-disable' })).toEqual([])
}, 300_000)

test('pages of the sandbox', async () => {
  const { controlUrl } = stack.sandbox
  const { panelUrl } = stack.config
  const stripeUrl = `http://localhost:${stack.sandbox.stripePort}`
  await lookAt(customer, '', {
    control: { path: controlUrl, shows: 'Start over' },
    mail: { path: `${controlUrl}/mail`, shows: 'Nothing here ever left this machine.' },
    'mail-one': { path: `${controlUrl}/mail/1`, shows: 'As text' },
    faults: { path: `${controlUrl}/faults`, shows: 'Switch all off' },
    panel: { path: `${panelUrl}/sandbox`, shows: 'Last calls' },
    'panel-login': { path: `${panelUrl}/auth/login`, shows: 'Forgot password?' },
    'panel-forgotten': { path: `${panelUrl}/auth/password`, shows: 'Send me a link' },
    stripe: { path: `${stripeUrl}/sandbox`, shows: 'Sessions' },
  })
  const { page } = customer
  await page.goto(`${stack.url}/orders/${orders.unpaid}`)
  await page.getByRole('link', { name: 'Resume payment' }).click()
  await page.getByRole('heading', { name: 'Pay with card' }).waitFor()
  expect(await wrongWith(customer, { name: 'pay' })).toEqual([])
  await page.getByRole('button', { name: 'Card is declined' }).click()
  await page.getByRole('alert').waitFor()
  expect(await wrongWith(customer, { name: 'pay-declined', expected: /^402 POST \/pay/ })).toEqual([])
}, 300_000)
