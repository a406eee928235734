import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { callable, isPublic, resolved } from './addresses.ts'
import { discordBody } from './discord.ts'
import { createChannels } from './index.ts'
import { slackBody } from './slack.ts'
import type { Notice } from './types.ts'

const notice = (more: Partial<Notice> = {}): Notice => ({
  id: 'd1',
  type: 'alert.fired',
  severity: 'critical',
  title: 'Critical: something',
  lines: ['What.', 'What to do.'],
  facts: [['Rule', 'a']],
  link: 'https://shop.test/ops/alerts',
  at: new Date('2026-03-01T12:00:00Z'),
  data: {},
  ...more,
})

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '2002:7f00:1::',
  '2001:db8::1',
  'no address',
])('%s is not on the public internet', (address) => {
  expect(isPublic(address)).toBe(false)
})

test.each(['8.8.8.8', '162.159.135.232', '172.32.0.1', '2606:4700::6810:1', '2a00:1450:4001::1'])('%s is', (address) => {
  expect(isPublic(address)).toBe(true)
})

test.each([
  'http://hooks.slack.com/x',
  'https://user:pass@example.com/x',
  'https://localhost/x',
  'https://metadata.google.internal/x',
  'https://printer.local/x',
  'https://10.0.0.1/x',
  'https://2130706433/x',
  'https://0x7f.1/x',
  'https://[::1]/x',
  'https://[::ffff:7f00:1]/x',
  'https://intranet/x',
  'https://localhost./x',
  'ftp://example.com/x',
  'discord',
])('%s may not be called', (url) => {
  expect(() => callable(url, { anywhere: false })).toThrow('channels.address_refused')
})

test('a public name may be called, unless any of its addresses is not public', async () => {
  const url = callable('https://hooks.example.com/x', { anywhere: false })
  const lookup = (addresses: string[]) => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  expect(await resolved(url, { anywhere: false, lookup: lookup(['93.184.216.34']) })).toMatchObject({ address: '93.184.216.34' })
  for (const addresses of [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['fd00::1'], []])
    await expect(resolved(url, { anywhere: false, lookup: lookup(addresses) })).rejects.toThrow('channels.address_refused')
})

test('outside the sandbox a private address is not called at all', async () => {
  let calls = 0
  const server = createServer((_request, response) => {
    calls += 1
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => server.close())
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/x`
  await expect(createChannels({ anywhere: false }).tell({ kind: 'slack', url }, notice())).rejects.toMatchObject({ kind: 'invalid' })
  expect(calls).toBe(0)
  await createChannels({ anywhere: true }).tell({ kind: 'slack', url }, notice())
  expect(calls).toBe(1)
})

test.each([
  [302, { code: 'channels.refused', kind: 'invalid' }],
  [404, { code: 'channels.refused', kind: 'invalid' }],
  [429, { code: 'channels.throttled', kind: 'unavailable', retryAfterMs: 7_000 }],
  [500, { code: 'channels.error', kind: 'unavailable' }],
] as const)('an answer of %i has a name, and no redirect is followed', async (status, failure) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(status, { location: '/elsewhere', 'retry-after': '7' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`
  const told = createChannels({ anywhere: true }).tell({ kind: 'discord', url }, notice())
  await expect(told).rejects.toMatchObject(failure)
  expect(asked).toEqual(['/secret-token'])
  // The address is the secret: it stands in no failure.
  await told.catch((error) => expect(JSON.stringify([error.message, error.facts, error.say])).not.toContain('secret-token'))
})

test('bodies keep within the services’ limits, and mention nobody', () => {
  const long = notice({
    title: 'x'.repeat(500),
    lines: ['@everyone <!channel> '.repeat(400)],
    facts: Array.from({ length: 30 }, () => ['n'.repeat(300), 'v'.repeat(3_000)]),
  })
  const discord = discordBody(long)
  const [embed] = discord.embeds
  expect([embed?.title.length, embed?.fields.length, discord.allowed_mentions]).toEqual([256, 10, { parse: [] }])
  const letters = [embed?.title, embed?.description, embed?.footer.text, ...(embed?.fields ?? []).flatMap((one) => [one.name, one.value])]
  expect(letters.join('').length).toBeLessThan(6_000)
  const slack = JSON.stringify(slackBody(long))
  expect(slack).not.toContain('<!channel>')
  expect(slack).toContain('&lt;!channel&gt;')
})
