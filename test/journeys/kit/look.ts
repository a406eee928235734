import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { vi } from 'vitest'
import { DESKTOP, PHONE, type Visitor } from './browser.ts'

/** SCREENSHOTS=<folder> keeps a picture of every page looked at, wide and narrow. */
const FOLDER = process.env['SCREENSHOTS']

export interface Look {
  /** Names the pictures. */
  name: string
  /** Our own app has a light scheme; the sandbox's pages are dark only. */
  light?: boolean
  /** Answers of 400 and more that belong to the page. */
  expected?: RegExp
}

/** Everything wrong with the page that is open: for those who cannot see it, for those with a phone, for those who read the console. */
export async function wrongWith(visitor: Visitor, look: Look): Promise<string[]> {
  const { page } = visitor
  await page.setViewportSize(DESKTOP)
  await page.locator('h1').first().waitFor()
  const headings = await page.locator('h1').count()
  const wrong = [
    ...(headings === 1 ? [] : [`${headings} h1`]),
    ...((await page.title()).length > 3 ? [] : ['no title']),
    ...(await inaccessible(page, 'dark')),
  ]
  await picture(page, look.name, 'wide')
  if (look.light) {
    await page.getByRole('button', { name: 'Switch to light colours' }).click()
    wrong.push(...(await inaccessible(page, 'light')))
    await picture(page, look.name, 'light')
    await page.getByRole('button', { name: 'Switch to dark colours' }).click()
  }
  await page.setViewportSize(PHONE)
  if (!(await fitsSideways(page))) wrong.push(`scrolls ${await page.evaluate<number>(OVERHANG)} px to the side at 390 px`)
  await picture(page, look.name, 'narrow')
  await page.setViewportSize(DESKTOP)
  wrong.push(...visitor.faults().filter((fault) => !look.expected?.test(fault)))
  return wrong
}

const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
/** A page may take a moment to settle in its new width. Asked from here: the page's policy forbids it to evaluate text by itself. */
const fitsSideways = (page: Page): Promise<boolean> =>
  vi.waitUntil(async () => (await page.evaluate<number>(OVERHANG)) <= 0, { timeout: 5_000, interval: 50 }).catch(() => false)

async function inaccessible(page: Page, scheme: 'dark' | 'light'): Promise<string[]> {
  // A mail stands in a frame that may run no scripts, axe's neither.
  const axe = new AxeBuilder({ page }).exclude('iframe[sandbox]')
  // The light scheme differs in its colours alone.
  const { violations } = await (scheme === 'light' ? axe.withRules('color-contrast') : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${scheme}: ${id} ${target.join(' ')} (${failureSummary})`))
}

async function picture(page: Page, name: string, kind: string): Promise<void> {
  if (!FOLDER) return
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: join(FOLDER, `${name}-${kind}.png`), fullPage: true, animations: 'disabled' })
}
