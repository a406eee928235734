import { deliveriesOf, eventAsSeen } from '../events/delivery.ts'
import type { EventRow, Session } from '../wire/shapes.ts'
import type { World } from '../world.ts'
import { type Html, html, money, page } from './layout.ts'

const SHOWN = 50

const newest = <T>(rows: T[]) => rows.slice(-SHOWN).reverse()
const when = (seconds: number) => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19)

const button = (action: string, label: string, fields: Record<string, string> = {}) =>
  html`<form class="inline" method="post" action="${action}">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="small">${label}</button></form> `

const table = (title: string, heads: string[], rows: Html[], all: number) =>
  html`<section class="card"><h2>${title} <span class="dim">${all > rows.length ? `${rows.length} newest of ${all}` : all}</span></h2>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head || 'Actions'}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`

function sessionActions(session: Session): Html | false {
  const at = `/sandbox/sessions/${session.id}`
  if (session.status === 'open') return html`<a href="/pay/${session.id}">pay</a> ${button(`${at}/expire`, 'Expire')}`
  if (session.status === 'complete' && session.payment_status === 'unpaid')
    return html`${button(`${at}/settle`, 'Debit succeeds', { outcome: 'succeed' })}${button(`${at}/settle`, 'Debit fails', { outcome: 'fail' })}`
  return false
}

function eventRow(world: World, event: EventRow): Html {
  const attempts = deliveriesOf(world, event.id).flatMap((delivery) =>
    delivery.attempts.length > 0
      ? delivery.attempts.map((attempt) => `${attempt.status ?? attempt.error} in ${attempt.tookMs} ms`)
      : [delivery.state],
  )
  return html`<tr><td>${when(event.created)}</td><td>${event.type}<br><code class="dim">${event.id}</code></td><td>${eventAsSeen(world, event).pending_webhooks}</td><td>${attempts.join(' · ') || 'no endpoint'}</td><td>${button(`/sandbox/events/${event.id}/resend`, 'Resend')}</td></tr>`
}

/** What the dashboard would show, with the switches a test needs. */
export function operatorPage(world: World): string {
  const { rows } = world
  const sessions = rows.sessions.values()
  const subscriptions = rows.subscriptions.values()
  const charges = rows.charges.values()
  const disputes = rows.disputes.values()
  const events = rows.events.values()
  return page(
    'Stripe sandbox',
    html`<h1>Stripe sandbox</h1><p class="dim">It is ${world.clock.now().toISOString()} here. Everything as JSON: <a href="/sandbox/state.json">state.json</a></p>
${table(
  'Checkout sessions',
  ['Made', 'Session', 'Amount', 'State', ''],
  newest(sessions).map(
    (row) =>
      html`<tr><td>${when(row.created)}</td><td>${row.client_reference_id}<br><code class="dim">${row.id.slice(0, 24)}…</code></td><td>${money(row.amount_total, row.currency)}</td><td>${row.status}, ${row.payment_status}</td><td>${sessionActions(row)}</td></tr>`,
  ),
  sessions.length,
)}
${table(
  'Subscriptions',
  ['Made', 'Subscription', 'Customer', 'State', 'Period ends'],
  newest(subscriptions).map(
    (row) =>
      html`<tr><td>${when(row.created)}</td><td><code>${row.id}</code></td><td><code>${row.customer}</code></td><td>${row.status}${row.cancel_at_period_end && ', ends with the period'}</td><td>${when(row.items.data[0]!.current_period_end)}</td></tr>`,
  ),
  subscriptions.length,
)}
${table(
  'Charges',
  ['Made', 'Charge', 'Amount', 'State', ''],
  newest(charges).map(
    (row) =>
      html`<tr><td>${when(row.created)}</td><td><code>${row.id}</code></td><td>${money(row.amount, row.currency)}</td><td>${row.status}${row.amount_refunded > 0 && `, ${money(row.amount_refunded, row.currency)} refunded`}${row.disputed && ', disputed'}</td><td>${row.paid && !row.disputed && button(`/sandbox/charges/${row.id}/dispute`, 'Open a dispute')}</td></tr>`,
  ),
  charges.length,
)}
${table(
  'Disputes',
  ['Made', 'Dispute', 'State', ''],
  newest(disputes).map(
    (row) =>
      html`<tr><td>${when(row.created)}</td><td><code>${row.id}</code></td><td>${row.status}</td><td>${row.status !== 'won' && row.status !== 'lost' && html`${button(`/sandbox/disputes/${row.id}/close`, 'Won', { outcome: 'won' })}${button(`/sandbox/disputes/${row.id}/close`, 'Lost', { outcome: 'lost' })}`}</td></tr>`,
  ),
  disputes.length,
)}
${table(
  'Customers',
  ['Made', 'Customer', 'Email'],
  newest(rows.customers.values()).map(
    (row) => html`<tr><td>${when(row.created)}</td><td><code>${row.id}</code></td><td>${row.email}</td></tr>`,
  ),
  rows.customers.size,
)}
${table(
  'Events',
  ['Made', 'Type', 'Pending', 'Deliveries', ''],
  newest(events).map((row) => eventRow(world, row)),
  events.length,
)}`,
  )
}

export function invoicePage(world: World, id: string): string | null {
  const invoice = world.rows.invoices.get(id)
  if (!invoice) return null
  return page(
    `Invoice ${invoice.number}`,
    html`<section class="card"><h1>Invoice ${invoice.number}</h1><p class="amount">${money(invoice.total, invoice.currency)}</p><p>${invoice.status} · ${when(invoice.created)}</p>
<ul class="lines">${invoice.lines.data.map((line) => html`<li><span>${line.description}</span><span>${money(line.amount, line.currency)}</span></li>`)}</ul></section>`,
  )
}

export function receiptPage(world: World, id: string): string | null {
  const charge = world.rows.charges.get(id)
  if (!charge) return null
  return page(
    'Receipt',
    html`<section class="card"><h1>Receipt</h1><p class="amount">${money(charge.amount, charge.currency)}</p><p>${charge.status} · ${when(charge.created)}</p></section>`,
  )
}
