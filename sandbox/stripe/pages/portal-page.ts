import { TEST_CARDS } from '../payments/cards.ts'
import { periodEnd, productName } from '../payments/subscribe.ts'
import type { PortalSession, Subscription } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { html, money, page } from './layout.ts'

const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)

function subscriptionCard(world: World, portal: PortalSession, subscription: Subscription) {
  const cancel = world.rows.portalConfigurations.get(portal.configuration)?.features.subscription_cancel
  const items = subscription.items.data.map((item) => `${item.quantity ?? 1} × ${productName(world, item.price)}`).join(', ')
  const ends = day(periodEnd(subscription))
  const verb = subscription.cancel_at_period_end ? 'keep' : 'cancel'
  return html`<section class="card"><h2>${items}</h2>
<p>${subscription.status} · ${subscription.cancel_at_period_end ? `ends on ${ends}` : `renews on ${ends}`}</p>
${
  cancel?.enabled &&
  html`<form method="post" action="/portal/${portal.id}/${verb}"><input type="hidden" name="subscription" value="${subscription.id}">
<button>${verb === 'keep' ? "Don't cancel" : cancel.mode === 'immediately' ? 'Cancel now' : 'Cancel at the end of the period'}</button></form>`
}</section>`
}

export function portalPage(world: World, portal: PortalSession, error: string | null): string {
  const subscriptions = world.rows.subscriptions.values().filter((row) => row.customer === portal.customer && row.status !== 'canceled')
  const invoices = world.rows.invoices
    .values()
    .filter((row) => row.customer === portal.customer)
    .toReversed()
  const features = world.rows.portalConfigurations.get(portal.configuration)?.features
  const customer = world.rows.customers.get(portal.customer)
  return page(
    'Billing (sandbox)',
    html`<h1>Billing</h1><p class="dim">${customer?.email}</p>
${portal.return_url && html`<p><a href="${portal.return_url}">← Back to the shop</a></p>`}
${subscriptions.map((subscription) => subscriptionCard(world, portal, subscription))}
${subscriptions.length === 0 && html`<p class="card">No subscriptions.</p>`}
${
  features?.payment_method_update.enabled &&
  html`<form class="card" method="post" action="/portal/${portal.id}/card"><h2>Change the card</h2>
${error && html`<p class="error" role="alert">${error}</p>`}
<label for="number">Card number</label><input id="number" name="number" inputmode="numeric" autocomplete="cc-number" required>
<div class="row"><div><label for="exp">Expiry (MM/YY)</label><input id="exp" name="exp" autocomplete="cc-exp" required></div><div><label for="cvc">CVC</label><input id="cvc" name="cvc" autocomplete="cc-csc" required></div></div>
<button class="go">Save card</button>
${[TEST_CARDS[0]!, TEST_CARDS[4]!].map((card) => html`<button class="pick" name="quick" value="${card.number}" formnovalidate><span>${card.says}</span><span class="dim">${card.number.slice(-4)}</span></button>`)}</form>`
}
${
  features?.invoice_history.enabled &&
  html`<section class="card scroll"><h2>Invoices</h2><table><thead><tr><th>Number</th><th>Date</th><th>Amount</th><th>Status</th></tr></thead><tbody>${invoices.map(
    (invoice) =>
      html`<tr><td>${invoice.number}</td><td>${day(invoice.created)}</td><td>${money(invoice.total, invoice.currency)}</td><td>${invoice.status}</td></tr>`,
  )}</tbody></table></section>`
}`,
  )
}
