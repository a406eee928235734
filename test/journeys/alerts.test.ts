import { afterAll, beforeAll, expect, test } from 'vitest'
import { Shopper } from '../../src/doors/cli/demo/shopper.ts'
import { startReceivers } from '../kit/receivers.ts'
import { type Stack, startStack } from '../kit/stack.ts'
import { openBrowser, type Visitor } from './kit/browser.ts'
import { wrongWith } from './kit/look.ts'
import { signIn } from './kit/people.ts'

/** The on-call administrator: makes a channel, is told that the panel refuses our key, says who is on it, and sees it end. */
let stack: Stack
let visitor: Visitor
let receivers: Awaited<ReturnType<typeof startReceivers>>
beforeAll(async () => {
  const [started, browser, receiving] = await Promise.all([
    startStack({ env: { ALERT_EVERY_MS: '1000' } }),
    openBrowser(),
    startReceivers(),
  ])
  stack = started
  receivers = receiving
  await stack.startProduct()
  await stack.db.pool.query(`update auth."user" set role = 'admin' where role = 'operator'`)
  const shopper = new Shopper({ shopUrl: stack.url, controlUrl: stack.sandbox.controlUrl }, 'wanda@players.example.com')
  await shopper.signUp()
  await shopper.verify()
  await shopper.pay((await shopper.checkOut('minecraft-paper-2gb', 'eu.fra')).url)
  visitor = await browser.visitor()
  await signIn(stack, visitor.page)
}, 300_000)
afterAll(() => stack?.close())

const FIRED = 'The panel refuses our key'

test('a channel is made, tested, and its address is never shown again', async () => {
  const { page } = visitor
  await page.goto(`${stack.url}/ops/alerts`)
  await page.getByText('Nothing fires').waitFor()
  await page.getByRole('link', { name: 'Rules and channels' }).click()
  await page.getByText('Nobody is told yet').waitFor()
  await page.getByRole('button', { name: 'New channel' }).click()
  const dialog = page.getByRole('dialog', { name: 'New channel' })
  await dialog.getByLabel('Name').fill('On call')
  await dialog.getByLabel('Address', { exact: true }).fill(receivers.url('discord'))
  await dialog.getByRole('button', { name: 'Make channel' }).click()
  // Its field holds the address until it has gone.
  await dialog.waitFor({ state: 'hidden' })
  const channel = page.getByRole('region', { name: 'Channel On call' })
  await channel.getByText('127.0.0.1').waitFor()
  expect(await page.content()).not.toContain('/discord')
  await channel.getByRole('button', { name: 'Send test to On call' }).click()
  await page.getByText('On call took it.').waitFor()
  expect(receivers.titles('discord')).toEqual(['Test: this channel works'])
  await page
    .getByRole('row', { name: /Test: this channel works/ })
    .getByText('told', { exact: true })
    .waitFor()
})

test('a threshold is changed with its reason', async () => {
  const { page } = visitor
  await page.getByRole('button', { name: 'Edit Several orders in error' }).click()
  const dialog = page.getByRole('dialog', { name: 'Several orders in error' })
  await dialog.getByLabel('Threshold').fill('5')
  await dialog.getByLabel('Reason').fill('We are many on call')
  await dialog.getByRole('button', { name: 'Save rule' }).click()
  await page
    .getByRole('row', { name: /Several orders in error/ })
    .getByText('from 5 orders')
    .waitFor()
  const { rows } = await stack.db.pool.query(`select why from audit_log where did = 'health.change_rule'`)
  expect(rows).toEqual([{ why: 'We are many on call' }])
})

test('the panel refuses our key: told, seen, silenced, mended, over', async () => {
  const { page } = visitor
  await stack.fault({ system: 'panel', kind: 'key_refused' })
  await page.goto(`${stack.url}/ops/nodes`)
  await page.getByRole('button', { name: 'Sync from panel' }).click()
  await page.goto(`${stack.url}/ops/alerts`)
  const alert = page.getByRole('region', { name: FIRED })
  await alert.getByText('Check PTERO_APP_KEY').waitFor()
  await expect.poll(() => receivers.titles('discord'), { timeout: 20_000 }).toContain(`Critical: ${FIRED}`)
  await alert.getByRole('button', { name: 'I am on it' }).click()
  await alert.getByText('operator@givrwrld.test is on it').waitFor()
  await alert.getByRole('button', { name: 'Silence' }).click()
  const dialog = page.getByRole('dialog', { name: 'Silence it for a while?' })
  await dialog.getByLabel('For').selectOption('30')
  await dialog.getByLabel('Reason').fill('A new key is on its way')
  await dialog.getByRole('button', { name: 'Silence' }).click()
  await alert.getByText(/silent, ends/).waitFor()
  // What was refused on the way here belongs to it.
  visitor.faults()
  expect(await wrongWith(visitor, { name: 'ops-alerts', light: true })).toEqual([])

  await stack.noFaults()
  await page.goto(`${stack.url}/ops/nodes`)
  await page.getByRole('button', { name: 'Sync from panel' }).click()
  await page.getByText('read from the panel').waitFor()
  await expect
    .poll(
      async () => (await stack.db.pool.query(`select calm_since is not null as calm from alerts where rule_id = 'panel_key_refused'`)).rows,
      {
        timeout: 20_000,
      },
    )
    .toEqual([{ calm: true }])
  await fetch(`${stack.sandbox.controlUrl}/clock/advance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ms: 61_000 }),
  })
  await expect.poll(() => receivers.titles('discord'), { timeout: 20_000 }).toContain(`Resolved: ${FIRED}`)
  await page.goto(`${stack.url}/ops/alerts?state=resolved`)
  await page.getByRole('region', { name: FIRED }).waitFor()
})

test('rules, channels and health can be read by everybody, on a desk and on a phone', async () => {
  const { page } = visitor
  visitor.faults()
  await page.goto(`${stack.url}/ops/alerts/settings`)
  await page.getByRole('table', { name: 'Rules' }).waitFor()
  expect(await wrongWith(visitor, { name: 'ops-alert-settings', light: true })).toEqual([])
  for (const window of ['hour', 'day', 'week']) {
    await page.goto(`${stack.url}/ops/health?window=${window}`)
    await page.getByRole('region', { name: 'Paid to provisioned' }).locator('svg.recharts-surface').first().waitFor()
    expect(await wrongWith(visitor, { name: `ops-health-${window}`, light: window === 'hour' })).toEqual([])
  }
}, 180_000)
