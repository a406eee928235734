import { TEST_CARDS } from '../payments/cards.ts'
import { bankMethodsOf } from '../payments/pay-session.ts'
import type { LineItem, Session } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { type Html, html, money, page } from './layout.ts'

const term = (line: LineItem) => {
  const { interval, interval_count: count = 1 } = line.price?.recurring ?? {}
  if (!interval) return 'once'
  return count === 1 ? `every ${interval}` : `every ${count} ${interval}s`
}

const grouped = (number: string) => number.replace(/(.{4})(?=.)/g, '$1 ')

const BANK_NAMES = { us_bank_account: 'US bank account (ACH)', sepa_debit: 'SEPA debit' } as const

function summary(session: Session, lines: LineItem[]): Html {
  const off = session.total_details?.amount_discount ?? 0
  const trial = session.amount_total === 0 && lines.some((line) => line.amount_total > 0)
  return html`<section class="card" aria-labelledby="what">
<h1 id="what">${session.mode === 'subscription' ? 'Subscribe' : 'Pay'}</h1>
<p class="amount" data-testid="amount">${money(session.amount_total, session.currency)}</p>
<ul class="lines">${lines.map(
    (line) =>
      html`<li><span>${line.quantity ?? 1} × ${line.description}<br><span class="dim">${term(line)}</span></span><span>${money(line.amount_subtotal, line.currency)}</span></li>`,
  )}
${off > 0 && html`<li><span>Discount</span><span>−${money(off, session.currency)}</span></li>`}
<li><strong>Due today</strong><strong>${money(session.amount_total, session.currency)}</strong></li></ul>
${trial && html`<p class="dim">Free trial: billing starts when it ends.</p>`}
${session.mode === 'subscription' && html`<p class="dim">Renews automatically until cancelled.</p>`}
${session.cancel_url && html`<p><a href="${session.cancel_url}">← Cancel and go back</a></p>`}
</section>`
}

/** The form; every control works without a script, so that a command line can post it too. */
export function payPage(world: World, session: Session, error: string | null): string {
  const lines = world.rows.sessionPlans.get(session.id)?.lines ?? []
  const email = session.customer_details?.email ?? session.customer_email
  const action = `/pay/${session.id}`
  const pay = `Pay ${money(session.amount_total, session.currency)}`
  return page(
    'Checkout (sandbox)',
    html`<div class="cols"><div>${summary(session, lines)}
${session.allow_promotion_codes && html`<form class="card" method="post" action="${action}/promotion"><label for="promotion">Promotion code</label><input id="promotion" name="promotion_code" required autocomplete="off"><p><button>Apply code</button></p></form>`}</div>
<div><form class="card" method="post" action="${action}" aria-labelledby="card">
<h2 id="card">Pay with card</h2>
${error && html`<p class="error" role="alert">${error}</p>`}
<label for="email">Email</label><input id="email" name="email" type="email" autocomplete="email" value="${email}">
<label for="number">Card number</label><input id="number" name="number" inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" required>
<div class="row"><div><label for="exp">Expiry (MM/YY)</label><input id="exp" name="exp" autocomplete="cc-exp" placeholder="12/34" required></div>
<div><label for="cvc">CVC</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="123" required></div></div>
<label for="name">Name on card</label><input id="name" name="name" autocomplete="cc-name">
<button class="go" type="submit">${pay}</button>
<h2 style="margin-top:24px">Or pay at once with a test card</h2>
${TEST_CARDS.slice(0, 5).map((card) => pick(card.number, card.says))}
<details><summary>More test cards</summary>${TEST_CARDS.slice(5).map((card) => pick(card.number, card.says))}</details>
</form>
${bankMethodsOf(session).map(
  (
    type,
  ) => html`<form class="card" method="post" action="${action}"><h2>${BANK_NAMES[type]}</h2><p class="dim">Bank debit (delayed): the order is complete at once, the money comes later or never.</p>
<input type="hidden" name="method" value="${type}"><button class="go" type="submit">Pay by bank debit</button></form>`,
)}</div></div>`,
  )
}

const pick = (number: string, says: string) =>
  html`<button class="pick" type="submit" name="quick" value="${number}" formnovalidate><span>${says}</span><span class="dim">${grouped(number)}</span></button>`

export const authenticationPage = (session: Session) =>
  page(
    '3-D Secure (sandbox)',
    html`<section class="card" style="max-width:480px;margin:40px auto"><h1>3-D Secure</h1>
<p>Your bank asks you to confirm this payment of <strong>${money(session.amount_total, session.currency)}</strong>.</p>
<form method="post" action="/pay/${session.id}/3ds"><button class="go" name="answer" value="complete">Complete authentication</button>
<button style="width:100%;margin-top:12px" name="answer" value="fail">Fail authentication</button></form></section>`,
  )

export const closedPage = (session: Session) =>
  page(
    session.status === 'expired' ? 'Expired (sandbox)' : 'Paid (sandbox)',
    html`<section class="card" style="max-width:520px;margin:40px auto"><h1>${session.status === 'expired' ? 'This checkout has expired' : 'All done'}</h1>
<p>${
      session.status === 'expired'
        ? 'Nothing was charged. Go back to the shop to start again.'
        : session.payment_status === 'unpaid'
          ? 'The bank debit is under way. The shop will hear when the bank has answered.'
          : 'This checkout has already been paid.'
    }</p>
${session.status === 'expired' && session.cancel_url ? html`<p><a class="button go" href="${session.cancel_url}">Back to the shop</a></p>` : false}
${session.status === 'complete' && session.success_url ? html`<p><a class="button go" href="${successUrl(session)}">Back to the shop</a></p>` : false}</section>`,
  )

export const notFoundPage = () =>
  page('Not found (sandbox)', html`<section class="card"><h1>Not found</h1><p>The sandbox has nothing at this address.</p></section>`)

/** The template may have been through a URL parser that encoded its braces. */
export const successUrl = (session: Session) =>
  (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id).replaceAll('%7BCHECKOUT_SESSION_ID%7D', session.id)
