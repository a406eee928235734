import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { clientIpOf, networkOf } from './client-ip.ts'

test('an IPv4 address is itself, whoever writes it how; of an IPv6 one the network counts', () => {
  for (const written of ['203.0.113.7', ' 203.0.113.7 ', '203.0.113.7:5412', '::ffff:203.0.113.7', '[::ffff:203.0.113.7]:80'])
    expect(networkOf(written), written).toBe('203.0.113.7')
  for (const written of ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2::9', '[2001:db8:1:2::9]:443', '2001:0db8:0001:0002:ffff::'])
    expect(networkOf(written), written).toBe('2001:db8:1:2::')
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::')
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::')
  for (const written of ['', 'unknown', 'evil', '1.2.3', '203.0.113.7, 9.9.9.9', '[', '[]']) expect(networkOf(written), written).toBeNull()
})

test('only what our own proxies wrote is believed', async () => {
  const seen = async (proxies: number, forwarded?: string) => {
    const app = new Hono().get('/', (c) => c.text(clientIpOf(c, proxies)))
    return (await app.request('/', { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } })).text()
  }
  expect(await seen(0, '198.51.100.1')).toBe('local')
  expect(await seen(1, '198.51.100.1')).toBe('198.51.100.1')
  expect(await seen(1, '198.51.100.9, 198.51.100.1')).toBe('198.51.100.1')
  expect(await seen(2, '198.51.100.9, 198.51.100.1, 10.0.0.1')).toBe('198.51.100.1')
  expect(await seen(1)).toBe('local')
  expect(await seen(1, 'not an address')).toBe('local')
})
