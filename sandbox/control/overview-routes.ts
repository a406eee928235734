import { Hono } from 'hono'
import { z } from 'zod'
import { escapeHtml, page } from './layout.ts'
import type { ControlOptions } from './start.ts'

const Advance = z
  .object({
    ms: z.coerce
      .number()
      .int()
      .min(0)
      .max(366 * 86_400_000),
  })
  .strict()

/** Where everything is, the clock, and starting over. */
export function overviewRoutes(options: ControlOptions): Hono {
  const { clock, faults, mail, journal } = options
  const advanced = journal.collection<{ ms: number }>('advanced')
  const state = () => ({
    now: clock.now().toISOString(),
    advancedMs: advanced.get('clock')?.ms ?? 0,
    faults: faults.list(),
    mails: mail.inbox.messages().length,
    urls: { shop: options.shopUrl, panel: options.panelUrl, stripe: options.stripeUrl, smtp: mail.smtpUrl },
  })
  return new Hono()
    .get('/', (c) => c.html(overviewPage(state())))
    .get('/state.json', (c) => c.json(state()))
    .post('/clock/advance', async (c) => {
      const byForm = isForm(c.req.header('content-type'))
      const asked = Advance.safeParse(byForm ? await c.req.parseBody() : await c.req.json().catch(() => null))
      if (!asked.success) return c.json({ error: 'ms: a whole number of milliseconds, at most a year' }, 400)
      const aheadMs = (advanced.get('clock')?.ms ?? 0) + asked.data.ms
      advanced.set('clock', { ms: aheadMs })
      options.onAdvance?.(aheadMs)
      await clock.advance(asked.data.ms)
      return byForm ? c.redirect('/', 303) : c.json(state())
    })
    .post('/reset', async (c) => {
      await options.onReset()
      return isForm(c.req.header('content-type')) ? c.redirect('/', 303) : c.json({ reset: true })
    })
}

export const isForm = (type: string | undefined): boolean => /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type ?? '')

interface State {
  now: string
  faults: unknown[]
  mails: number
  urls: { shop: string; panel: string; stripe: string; smtp: string }
}

const overviewPage = ({ now, faults, mails, urls }: State): string => {
  const link = (url: string, label: string, about: string) =>
    `<li><a href="${escapeHtml(url)}">${label}</a><br><span class="quiet">${about}</span></li>`
  return page(
    'A world in a box',
    `<p>The foreign systems that the shop works with, all on this machine. No money, no mail, no server is real.</p>
    <ul class="list">
      ${link(urls.shop, 'The shop', 'what customers and operators see')}
      ${link(`${urls.panel}/sandbox`, 'Game panel', 'its users, servers, nodes and the calls it got')}
      ${link(`${urls.stripe}/sandbox`, 'Stripe', 'customers, subscriptions, events')}
      ${link('/mail', `Mail inbox (${mails})`, `what the shop sent by ${urls.smtp}`)}
      ${link('/faults', `Faults (${faults.length} on)`, 'let something go wrong and watch the shop cope')}
    </ul>
    <h2>Clock</h2>
    <p>The sandbox’s time is ${now.slice(0, 19).replace('T', ' ')} UTC.</p>
    <form method="post" action="/clock/advance" class="row"><label>Move it forward by (milliseconds) <input name="ms" type="number" min="0" value="60000" required></label><button class="plain">Move forward</button></form>
    <h2>Start over</h2>
    <form method="post" action="/reset"><p class="quiet">Throws away every customer, server, payment and mail of the sandbox.</p><button class="plain">Reset the sandbox</button></form>`,
  )
}
