import { expect, test } from 'vitest'
import { TEMPLATES } from './index.ts'
import type { Props } from './props.ts'

const places = { publicUrl: 'https://shop.test', panelUrl: 'https://panel.test', supportUrl: 'https://help.test/?a=1&b=2' }
const EVIL = '<img src=x onerror=alert(1)>"\'&\r\nBcc: spy@example.com'
const money = { amountCents: 699, currency: 'usd' }
const order = { orderId: '6f0c2a52-0000-4000-8000-000000000001', serverName: EVIL }
const props: Props = {
  verify_email: { name: EVIL, url: 'https://shop.test/x?a=1&b=2' },
  reset_password: { name: EVIL, url: 'https://shop.test/x?a=1&b=2' },
  already_registered: { name: EVIL },
  order_confirmed: { ...order, ...money, gameName: EVIL, planName: EVIL },
  server_ready: { ...order, address: '203.0.113.7:25565', panelUsername: EVIL },
  trouble: { ...order, cause: EVIL, next: EVIL },
  canceled: order,
  refunded: { ...order, ...money, reason: EVIL },
  capacity_wait: { ...order, regionName: EVIL },
  part_refunded: { ...order, ...money, reason: EVIL },
  ends_later: { ...order, endsAt: '2026-12-01T14:30:00.000Z' },
  goes_on: order,
  payment_failed: { ...order, ...money, payUrl: 'https://shop.test/pay?a=1&b=2', suspendAt: '2026-12-01T14:30:00.000Z' },
  stopped_unpaid: { ...order, payUrl: null },
  panel_access: { ...order, panelUsername: EVIL },
  order_update: { ...order, state: EVIL, next: EVIL },
  how_to_end: order,
}
const write = <T extends keyof Props>(name: T) => TEMPLATES[name](props[name], places)

test.each(Object.keys(props) as (keyof Props)[])('%s: escaped, one subject line, text and HTML say the same, nothing fetched', (name) => {
  const { subject, text, html } = write(name)
  expect(subject).not.toMatch(/[\r\n]/)
  expect(html).not.toContain('<img')
  expect(html).not.toMatch(/<(link|script|style|iframe)|<[^>]*\ssrc=|url\(/i)
  for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https:\/\/(shop|help)\.test/)
  const [, button] = /<a href="([^"]+)" style="display:inline-block/.exec(html) ?? []
  expect(text).toContain(button?.replaceAll('&amp;', '&'))
  expect(text).toContain('https://help.test/?a=1&b=2')
})

test('a ready server’s mail has what a player needs', () => {
  const { subject, text } = TEMPLATES.server_ready({ ...props.server_ready, serverName: 'Realm', panelUsername: 'ada-x1' }, places)
  expect(subject).toBe('Ready: Realm')
  for (const fact of ['203.0.113.7:25565', 'ada-x1', 'https://panel.test', `https://shop.test/orders/${order.orderId}`])
    expect(text).toContain(fact)
})

test('money is written as money', () => {
  expect(TEMPLATES.refunded({ ...props.refunded, serverName: 'Realm' }, places).text).toContain('We have refunded $6.99 for Realm.')
})
