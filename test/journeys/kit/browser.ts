import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll } from 'vitest'

/** How long a page may take to show what a person waits for; installations take 2 s on the stack of the tests. */
const PATIENCE_MS = 20_000
export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

const CHROMIUM = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
// No sandbox: tests run as root in containers too. The rest keeps the browser from calling home.
const ARGS = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking', 'disable-component-update']

/** Somebody with a browser of their own: own cookies, one page to begin with. */
export interface Visitor {
  page: Page
  context: BrowserContext
  /** What went wrong on their pages since the last look: console errors, lost requests, answers of 400 and more. */
  faults(): string[]
}

/** One Chromium for a test file, closed at its end. */
export async function openBrowser(): Promise<{ visitor(): Promise<Visitor> }> {
  const executablePath = CHROMIUM.find((path) => path && existsSync(path))
  if (!executablePath) throw new Error('No Chromium: install it, or name one in CHROMIUM_PATH.')
  const browser: Browser = await chromium.launch({ executablePath, args: [...ARGS, 'disable-sync'].map((name) => `--${name}`) })
  afterAll(() => browser.close())
  return {
    async visitor() {
      const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' })
      context.setDefaultTimeout(PATIENCE_MS)
      await context.addInitScript(TELL_VIOLATIONS)
      const faults = watchFaults(context)
      return { context, page: await context.newPage(), faults: () => faults.splice(0) }
    },
  }
}

/** What the content security policy stopped, told on the console; Chromium's own words for it differ by kind. */
const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.effectiveDirective + ' stopped ' + event.blockedURI + ' at ' + event.sourceFile + ':' + event.lineNumber))`

function watchFaults(context: BrowserContext): string[] {
  const faults: string[] = []
  // The browser repeats every refused answer on its console; the answer itself is kept below.
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(`console: ${message.text()}`)
  })
  context.on('weberror', (error) => faults.push(`page: ${error.error().message}`))
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // A page that is left takes its open requests with it.
    if (why !== 'net::ERR_ABORTED') faults.push(`lost: ${request.method()} ${request.url()} ${why}`)
  })
  context.on('response', (answer) => {
    if (answer.status() >= 400) faults.push(`${answer.status()} ${answer.request().method()} ${new URL(answer.url()).pathname}`)
  })
  return faults
}
