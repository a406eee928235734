import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '../kit/stack.ts'
import { openBrowser } from './kit/browser.ts'
import { CARDS, createAccount, enter, followMail, keyboard, newCustomer, orderIdOf, orderServer, payByCard, person } from './kit/people.ts'

/** What we sell, bought in a browser by people who know nothing but what they see. */
let stack: Stack
let browser: Awaited<ReturnType<typeof openBrowser>>
beforeAll(async () => {
  const [started, opened] = await Promise.all([startStack(), openBrowser()])
  stack = started
  browser = opened
  await stack.startProduct()
}, 300_000)
afterAll(() => stack?.close())

interface PanelState {
  users: { id: number; username: string; email: string; has_password: boolean }[]
  servers: { external_id: string | null; owner: number; identifier: string; limits: { memory: number }; allocations: { port: number }[] }[]
}
const panelState = async (): Promise<PanelState> =>
  (await fetch(`${stack.config.panelUrl}/sandbox/state.json`)).json() as Promise<PanelState>

const rows = async (sql: string, values: unknown[]) => (await stack.db.pool.query(sql, values)).rows

test('a stranger picks, signs up, pays, watches the server being built, and plays', async () => {
  const visitor = await browser.visitor()
  const { page } = visitor
  const who = person('Nora')

  await page.goto(stack.url)
  await page.getByRole('link', { name: /^Minecraft/ }).click()
  await page.getByRole('tab', { name: 'Paper' }).click()
  await page.getByRole('radio', { name: /^Paper 2 GB, \$6\.99 a month/ }).check()
  await page.getByRole('radio', { name: /^3 months|^Quarterly/ }).check()
  await page.getByRole('radio', { name: 'Dallas' }).check()
  await page.getByLabel('Server name').fill('Nora’s valley')
  const summary = page.getByRole('region', { name: 'Order summary' })
  await summary.getByText('$19.92', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Continue to payment' }).click()

  await page.waitForURL(/\/sign-up/)
  await createAccount(page, who)
  await page.getByText('Verify your e-mail first').waitFor()
  expect(await page.getByLabel('Server name').inputValue()).toBe('Nora’s valley')

  const tab = await followMail(stack, visitor, who.email, 'Confirm your e-mail address', /verify-email/)
  await tab.getByRole('link', { name: 'Back to your choice' }).click()
  await page.close()
  expect(await tab.getByRole('radio', { name: /^Paper 2 GB/ }).isChecked()).toBe(true)
  expect(await tab.getByRole('radio', { name: 'Dallas' }).isChecked()).toBe(true)
  expect(await tab.getByLabel('Server name').inputValue()).toBe('Nora’s valley')

  const goOn = tab.getByRole('button', { name: 'Continue to payment' })
  await goOn.click()
  await tab.getByText('Accept the Minecraft End User License Agreement to go on.').waitFor()
  await tab.getByRole('checkbox', { name: 'I accept the terms' }).check()
  await tab.getByRole('checkbox', { name: /End User License Agreement/ }).check()
  await goOn.click()

  await tab.getByTestId('amount').getByText('$19.92').waitFor()
  await payByCard(tab, CARDS.good)
  await tab.waitForURL(/\/orders\//)
  const orderId = orderIdOf(tab)
  await tab.getByRole('heading', { name: 'Nora’s valley' }).waitFor()
  await tab.getByRole('status', { name: 'Order state: Being built' }).waitFor()
  await tab.getByRole('status', { name: 'Order state: Ready' }).waitFor()
  const server = tab.getByRole('region', { name: 'Your server' })
  const address = (await server.getByText(/^dal-\d\.play\.example\.com:\d+$/).textContent()) ?? ''

  const { users, servers } = await panelState()
  const made = servers.filter((each) => each.external_id === orderId)
  const account = users.find((user) => user.email === who.email)
  expect(made).toMatchObject([{ owner: account?.id, limits: { memory: 2048 }, allocations: [{ port: Number(address.split(':')[1]) }] }])
  await server.getByText(account?.username ?? 'no account').waitFor()
  expect(await server.getByRole('link', { name: 'Open the panel' }).getAttribute('href')).toBe(
    `${stack.config.panelUrl}/server/${made[0]?.identifier}`,
  )

  await tab.getByRole('link', { name: 'My servers' }).click()
  await tab.getByRole('link', { name: /Nora’s valley.*Ready/s }).waitFor()
  expect(visitor.faults()).toEqual([])

  const panel = await followMail(stack, visitor, who.email, 'Your account on the game panel', /auth\/password\/reset/)
  await panel.getByLabel('New password').fill('password of the panel')
  await panel.getByRole('button', { name: 'Set password' }).click()
  await panel.getByText('Your password is set').waitFor()
  await panel.getByRole('link', { name: 'Log in' }).click()
  await panel.getByLabel('Username or e-mail').fill(account?.username ?? '')
  await panel.getByLabel('Password').fill('password of the panel')
  await panel.getByRole('button', { name: 'Log in' }).click()
  await panel.getByRole('heading', { name: 'Nora’s valley' }).waitFor()
  await panel.getByText(address).waitFor()
}, 300_000)

test('a declined card is said on the pay page; a checkout given up holds nothing', async () => {
  const visitor = await browser.visitor()
  const { page } = visitor
  await newCustomer(stack, visitor, 'Milo')
  await orderServer(stack, page, { game: 'rust', name: 'Milo’s beach' })
  await payByCard(page, CARDS.declined)
  await page.getByRole('alert').getByText('Your card was declined.').waitFor()
  expect(visitor.faults()).toEqual([expect.stringMatching(/^402 POST \/pay\//)])

  await page.getByRole('link', { name: 'Cancel and go back' }).click()
  await page.getByRole('status', { name: 'Order state: Not paid yet' }).waitFor()
  await page.getByText('You left the pay page. Nothing has been charged').waitFor()
  const id = orderIdOf(page)
  const held = () => rows('select state from reservations where id = $1', [id])
  expect(await held()).toEqual([{ state: 'held' }])

  await page.getByRole('button', { name: 'Cancel checkout' }).click()
  await page.getByRole('status', { name: 'Order state: Ended unpaid' }).waitFor()
  await expect.poll(held).toEqual([])
  expect(await rows('select state from checkouts where id = $1', [id])).toEqual([{ state: 'expired' }])
  expect(await rows('select id from orders where id = $1', [id])).toEqual([])
  await page.getByRole('link', { name: 'Choose again' }).click()
  expect(await page.getByLabel('Server name').inputValue()).toBe('Milo’s beach')
  expect(visitor.faults()).toEqual([])
}, 300_000)

test('a card that the bank wants confirmed pays after 3-D Secure', async () => {
  const visitor = await browser.visitor()
  const { page } = visitor
  await newCustomer(stack, visitor, 'Ines')
  await orderServer(stack, page, { game: 'terraria', name: 'Ines’ cave' })
  await payByCard(page, CARDS.authenticates)
  await page.getByRole('heading', { name: '3-D Secure' }).waitFor()
  await page.getByRole('button', { name: 'Complete authentication' }).click()
  await page.getByRole('status', { name: 'Order state: Ready' }).waitFor()
  expect(visitor.faults()).toEqual([])
}, 300_000)

test('what is not theirs is closed to a customer and to a stranger', async () => {
  const [owner, other, stranger] = await Promise.all([browser.visitor(), browser.visitor(), browser.visitor()])
  const who = await newCustomer(stack, owner, 'Olga')
  await orderServer(stack, owner.page, { game: 'factorio', name: 'Olga’s belt' })
  await owner.page.getByRole('link', { name: 'Cancel and go back' }).click()
  await owner.page.getByRole('status', { name: 'Order state: Not paid yet' }).waitFor()
  const order = owner.page.url()

  await newCustomer(stack, other, 'Pete')
  await other.page.goto(order)
  await other.page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  await other.page.goto(`${stack.url}/ops`)
  await other.page.getByRole('heading', { name: 'For staff only' }).waitFor()
  expect(other.faults()).toEqual([expect.stringMatching(/^404 GET \/api\/orders\//)])

  await stranger.page.goto(order)
  await stranger.page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await enter(stranger.page, who)
  await stranger.page.getByRole('heading', { name: 'Olga’s belt' }).waitFor()
}, 300_000)

test('a server is ordered with the keyboard alone', async () => {
  const visitor = await browser.visitor()
  const { page } = visitor
  await newCustomer(stack, visitor, 'Kai')
  await page.goto(`${stack.url}/games/minecraft`)
  const { tabTo, press } = keyboard(page)

  await tabTo('tab', 'Vanilla')
  await press('ArrowRight')
  await tabTo('radio', /^Paper 2 GB/)
  await press('ArrowRight')
  await tabTo('radio', /^Monthly/)
  await press('ArrowRight')
  await tabTo('radio', 'Frankfurt')
  await press('ArrowRight')
  await tabTo('textbox', 'Server name')
  await page.keyboard.type('Kai’s tower')
  await tabTo('checkbox', 'I accept the terms')
  await press('Space')
  await tabTo('checkbox', /End User License Agreement/)
  await press('Space')
  await tabTo('button', 'Continue to payment')
  await press('Enter')
  await page.getByTestId('amount').getByText('$39.87').waitFor()
  await tabTo('textbox', 'Card number')
  await page.keyboard.type(CARDS.good)
  await tabTo('textbox', /^Expiry/)
  await page.keyboard.type('12/34')
  await tabTo('textbox', 'CVC')
  await page.keyboard.type('123')
  await press('Enter')
  await page.getByRole('status', { name: 'Order state: Ready' }).waitFor()
  await page.getByText('Dallas').waitFor()
  expect(visitor.faults()).toEqual([])
}, 300_000)
