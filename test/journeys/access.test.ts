import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeOf } from '../kit/authenticator.ts'
import { givrwrld } from '../kit/command-line.ts'
import { OPERATOR, type Stack, startStack } from '../kit/stack.ts'
import { openBrowser, type Visitor } from './kit/browser.ts'
import { wrongWith } from './kit/look.ts'
import { signIn } from './kit/people.ts'

/** How staff get in, and what an administrator hands out and takes back. */
let stack: Stack
let browser: Awaited<ReturnType<typeof openBrowser>>
let admin: Visitor
let backupCodes: string[] = []
let uri = ''

beforeAll(async () => {
  const [started, opened] = await Promise.all([startStack({ env: { STAFF_SECOND_FACTOR: 'required' } }), openBrowser()])
  stack = started
  browser = opened
  await stack.startProduct()
  expect((await givrwrld(stack.dataDir, 'staff', 'grant', OPERATOR.email, '--role', 'admin')).code).toBe(0)
  admin = await browser.visitor()
}, 300_000)
afterAll(() => stack?.close())

/** What the QR code holds is beside it as text; the rest of the address is what every app assumes. */
const uriOn = async (page: Page): Promise<string> => {
  const key = await page.locator('[data-setup-key]').textContent()
  return `otpauth://totp/x?secret=${key?.replaceAll(' ', '')}`
}
const enterPassword = async (page: Page) => {
  await page.goto(`${stack.url}/sign-in?next=/ops`)
  await page.getByLabel('E-mail').fill(OPERATOR.email)
  await page.getByLabel('Password', { exact: true }).fill(OPERATOR.password)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}

test('staff without a second factor set it up before the console opens', async () => {
  const { page } = admin
  await signIn(stack, page)
  await page.goto(`${stack.url}/ops`)
  await page.getByRole('heading', { name: 'Set up your second factor' }).waitFor()
  expect(await wrongWith(admin, { name: 'second-factor-begin', light: true })).toEqual([])
  await page.getByLabel('Your password, once more').fill('not this one')
  await page.getByRole('button', { name: 'Set up the second factor' }).click()
  await page.getByText('The password is not right.').waitFor()
  await page.getByLabel('Your password, once more').fill(OPERATOR.password)
  await page.getByRole('button', { name: 'Set up the second factor' }).click()
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
  uri = await uriOn(page)
  expect(await wrongWith(admin, { name: 'second-factor-scan', light: true, expected: /^400 POST .*enable/ })).toEqual([])
  await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(uri, 100))
  await page.getByRole('button', { name: 'Turn it on' }).click()
  await page.getByText('This code is not right').waitFor()
  await page.getByRole('textbox', { name: 'Code' }).fill(codeOf(uri))
  await page.getByRole('button', { name: 'Turn it on' }).click()
  await page.getByRole('heading', { name: 'It is on. Keep these backup codes' }).waitFor()
  backupCodes = ((await page.locator('[data-backup-codes]').textContent()) ?? '').split('\n')
  expect(backupCodes).toHaveLength(10)
  expect(await wrongWith(admin, { name: 'second-factor-codes', light: true, expected: /^401 POST .*verify-totp/ })).toEqual([])
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
}, 300_000)

test('the next sign-in asks for the code; a backup code does as well', async () => {
  const [byApp, byBackup] = await Promise.all([browser.visitor(), browser.visitor()])
  await enterPassword(byApp.page)
  await byApp.page.getByRole('heading', { name: 'Enter your code' }).waitFor()
  expect(await wrongWith(byApp, { name: 'sign-in-code', light: true })).toEqual([])
  await byApp.page.getByRole('textbox', { name: 'Code' }).fill(codeOf(uri))
  await byApp.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await byApp.page.getByRole('heading', { name: 'Orders' }).waitFor()

  await enterPassword(byBackup.page)
  await byBackup.page.getByRole('button', { name: 'Use a backup code' }).click()
  await byBackup.page.getByLabel('Backup code').fill(backupCodes[0] ?? '')
  await byBackup.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await byBackup.page.getByRole('heading', { name: 'Orders' }).waitFor()
  for (const visitor of [byApp, byBackup]) expect(visitor.faults()).toEqual([])

  const { page } = admin
  await page.goto(`${stack.url}/account`)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByText('Nowhere else.').waitFor()
  await byApp.page.reload()
  await byApp.page.getByText('The console is for staff.').waitFor()
}, 300_000)

test('an administrator makes a key, which works until it is revoked', async () => {
  const { page } = admin
  await page.goto(`${stack.url}/ops/keys`)
  await page.getByText('No keys yet').waitFor()
  expect(await wrongWith(admin, { name: 'ops-keys-none', light: true })).toEqual([])
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Grafana')
  await dialog.getByRole('checkbox', { name: /^metrics/ }).check()
  await dialog.getByLabel('Reason').fill('dashboards of the office')
  expect(await wrongWith(admin, { name: 'ops-keys-new' })).toEqual([])
  await dialog.getByRole('button', { name: 'Make key' }).click()
  await dialog.getByText('shown this once').waitFor()
  const key = (await dialog.locator('[data-key]').textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  const figures = async () => (await fetch(`${stack.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).status
  expect(await figures()).toBe(200)
  await page
    .getByRole('row', { name: /Grafana/ })
    .getByText('metrics')
    .waitFor()
  expect(await wrongWith(admin, { name: 'ops-keys', light: true })).toEqual([])
  await page.getByRole('button', { name: 'Revoke Grafana' }).click()
  await dialog.getByText('stops working at once').waitFor()
  await dialog.getByLabel('Reason').fill('the office moved')
  await dialog.getByRole('button', { name: 'Revoke key' }).click()
  await page
    .getByRole('row', { name: /Grafana/ })
    .getByText('revoked')
    .waitFor()
  expect(await figures()).toBe(401)
}, 300_000)

test('a role is given and taken, and the audit tells both', async () => {
  const { page } = admin
  await page.goto(`${stack.url}/ops/staff`)
  await page.getByRole('button', { name: 'Give a role' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail').fill('new.colleague@example.com')
  await dialog.getByLabel('Reason').fill('joins on Monday')
  await dialog.getByRole('button', { name: 'Give role' }).click()
  const card = page.getByRole('region', { name: 'new.colleague@example.com' })
  await card.getByText('no second factor').waitFor()
  expect(await wrongWith(admin, { name: 'ops-staff', light: true })).toEqual([])
  await card.getByRole('button', { name: /^Take role/ }).click()
  await dialog.getByLabel('Reason').fill('does not join after all')
  expect(await wrongWith(admin, { name: 'ops-staff-take' })).toEqual([])
  await dialog.getByRole('button', { name: 'Take role' }).click()
  await card.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: `Take role of ${OPERATOR.email}` }).click()
  await dialog.getByLabel('Reason').fill('nobody is left then')
  await dialog.getByRole('button', { name: 'Take role' }).click()
  await dialog.getByText('This is the last administrator.').waitFor()
  await dialog.getByRole('button', { name: 'Not now' }).click()
  admin.faults()

  await page.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: 'Audit' }).click()
  await page.getByLabel('To what').fill('new.colleague@example.com')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByText('does not join after all').waitFor()
  await page.getByText('joins on Monday').waitFor()
  expect(page.url()).toContain('target=new.colleague%40example.com')
  expect(await wrongWith(admin, { name: 'ops-audit-filtered', light: true })).toEqual([])
}, 300_000)
