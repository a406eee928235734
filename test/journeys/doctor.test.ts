import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '../kit/stack.ts'
import { openBrowser, type Visitor } from './kit/browser.ts'
import { wrongWith } from './kit/look.ts'
import { signIn } from './kit/people.ts'

/** Something is wrong at night: an operator opens one page. */
let stack: Stack
let operator: Visitor
beforeAll(async () => {
  const [started, browser] = await Promise.all([startStack(), openBrowser()])
  stack = started
  await stack.startProduct()
  operator = await browser.visitor()
  await signIn(stack, operator.page)
  operator.faults()
}, 300_000)
afterAll(() => stack?.close())

/** What was found is kept for half a minute; another process knows nothing of it. Meanwhile no page is open that would miss its answers. */
async function askAnew(): Promise<void> {
  await operator.page.goto('about:blank')
  await stack.killProduct('SIGTERM')
  await stack.startProduct()
  await operator.page.goto(`${stack.url}/ops/doctor`)
}

test('the doctor’s page: green, then what is wrong with what to do', async () => {
  const { page } = operator
  await page.goto(`${stack.url}/ops/doctor`)
  await page.getByText('All is well').waitFor()
  await page.getByRole('region', { name: 'Game panel' }).getByText('PTERO_APP_KEY is accepted.').waitFor()
  expect(await wrongWith(operator, { name: 'ops-doctor-well', light: true })).toEqual([])

  await stack.fault({ system: 'panel', kind: 'key_refused' })
  await stack.fault({ system: 'stripe', kind: 'endpoint_disabled' })
  await askAnew()
  const wanted = page.getByRole('region', { name: 'What needs somebody' })
  await wanted.getByText(/The panel refuses PTERO_APP_KEY \(401\)/).waitFor()
  await wanted.getByText(/Application API → Create New/).waitFor()
  await wanted.getByText(/The endpoint we_\w+ to .* is disabled/).waitFor()
  await page.getByRole('button', { name: 'Copy command' }).first().waitFor()
  // The demonstration's operator is no administrator: the new secret is not for them.
  expect(await page.getByRole('button', { name: 'New endpoint' }).count()).toBe(0)
  expect(await wrongWith(operator, { name: 'ops-doctor-ill', light: true })).toEqual([])
}, 120_000)

test('an administrator replaces the webhook endpoint from the page, and sees the secret once', async () => {
  await stack.db.byHand(`update auth."user" set role = 'admin'`)
  await stack.noFaults()
  await stack.fault({ system: 'stripe', kind: 'endpoint_disabled', times: 1 })
  await askAnew()
  const { page } = operator
  await page.getByRole('button', { name: 'New endpoint' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Replace the webhook endpoint?' })
  await dialog.getByLabel('Reason').fill('Stripe had switched it off')
  expect(await wrongWith(operator, { name: 'ops-doctor-fix' })).toEqual([])
  await dialog.getByRole('button', { name: 'Go on' }).click()
  const told = page.getByRole('dialog', { name: 'The webhook endpoint' })
  await told.getByText(/^whsec_\w{32}$/).waitFor()
  expect(await wrongWith(operator, { name: 'ops-doctor-secret' })).toEqual([])
  await told.getByRole('button', { name: 'Close' }).click()
  await page.getByText(/no event with its secret was verified yet/).waitFor()
  const { rows } = await stack.db.pool.query(`select why from audit_log where did = 'operations.webhook_endpoint_made'`)
  expect(rows).toEqual([{ why: 'Stripe had switched it off' }])
}, 120_000)
