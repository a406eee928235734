import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { OPERATOR, type Stack } from '../../kit/stack.ts'
import type { Visitor } from './browser.ts'

export const CARDS = { good: '4242 4242 4242 4242', declined: '4000 0000 0000 0002', authenticates: '4000 0025 0000 3155' }

export interface Person {
  name: string
  email: string
  password: string
}
export const person = (name: string): Person => ({
  name,
  email: `${name.toLowerCase()}.${randomBytes(4).toString('hex')}@players.example.com`,
  password: `password of ${name}`,
})

/** Fills in the sign-up page that is open. */
export async function createAccount(page: Page, { name, email, password }: Person): Promise<void> {
  // The address changes before the page does, and the page before it has a name to fill in too.
  await page.getByRole('heading', { name: 'Create account' }).waitFor()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Create account' }).click()
}

/** Fills in the sign-in page that is open. */
export async function enter(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

export async function signIn(stack: Stack, page: Page, who: { email: string; password: string } = OPERATOR): Promise<void> {
  await page.goto(`${stack.url}/sign-in`)
  await enter(page, who)
}

/**
 * Opens the newest mail with this subject in the inbox page and follows its link, in a tab of its own.
 * @returns the tab, which the caller closes
 */
export async function followMail(stack: Stack, { context }: Visitor, to: string, subject: string, link: RegExp): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(`${stack.sandbox.controlUrl}/mail?to=${encodeURIComponent(to)}`)
  // The page reloads by itself when another mail has come.
  await tab.getByRole('link', { name: subject }).first().click()
  await tab.getByRole('link', { name: link }).first().click()
  return tab
}

/** Fills in the hosted pay page that is open and presses its button. */
export async function payByCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expiry').fill('12/34')
  await page.getByLabel('CVC').fill('123')
  await page.getByLabel('Name on card').fill('A. Player')
  await page.getByRole('button', { name: /^Pay \$/ }).click()
}

/** A verified customer, who then stands on a game's page, signed in. */
export async function newCustomer(stack: Stack, visitor: Visitor, name: string): Promise<Person> {
  const who = person(name)
  await visitor.page.goto(`${stack.url}/sign-up`)
  await createAccount(visitor.page, who)
  await visitor.page.getByRole('status').getByText('Verify your e-mail first').waitFor()
  const tab = await followMail(stack, visitor, who.email, 'Confirm your e-mail address', /verify-email/)
  await tab.getByRole('heading', { name: 'Your e-mail is verified' }).waitFor()
  await tab.close()
  return who
}

/** From a game's page to the hosted pay page, with the plan that the page offers first. */
export async function orderServer(stack: Stack, page: Page, ask: { game: string; plan?: string; name: string }): Promise<void> {
  await page.goto(`${stack.url}/games/${ask.game}${ask.plan ? `?plan=${ask.plan}` : ''}`)
  await page.getByLabel('Server name').fill(ask.name)
  await page.getByRole('checkbox', { name: 'I accept the terms' }).check()
  const eula = page.getByRole('checkbox', { name: /License Agreement/ })
  if (await eula.isVisible()) await eula.check()
  await page.getByRole('button', { name: 'Continue to payment' }).click()
  await page.getByRole('heading', { name: 'Pay with card' }).waitFor()
}

/** Somebody without a mouse: goes on with Tab until the wanted thing has the focus, as a sighted reader would. */
export function keyboard(page: Page) {
  return {
    press: (key: string) => page.keyboard.press(key),
    async tabTo(role: 'tab' | 'radio' | 'textbox' | 'checkbox' | 'button', name: string | RegExp): Promise<void> {
      const wanted = page.getByRole(role, { name })
      await wanted.waitFor()
      for (let steps = 0; steps < 60; steps += 1) {
        if (await wanted.evaluate((element) => element.ownerDocument.activeElement === element)) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`60 times Tab did not reach the ${role} ${name}`)
    },
  }
}

export const orderIdOf = (page: Page): string => /\/orders\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? ''
