import { expect, test } from 'vitest'
import { remoteOf } from './remote.ts'

const none = { url: '', key: '' }
const key = 'gw_live_0123456789_x'

test('options come before the environment; nothing at all is this host', () => {
  expect(remoteOf({}, none)).toBeNull()
  expect(remoteOf({}, { url: 'https://shop.test/ops?x=1', key })).toEqual({ origin: 'https://shop.test', key })
  expect(remoteOf({ url: 'https://other.test' }, { url: 'https://shop.test', key })).toEqual({ origin: 'https://other.test', key })
})

test('a key never travels in the clear, but within this machine', () => {
  for (const url of ['http://shop.test', 'http://10.0.0.1', 'http://localhost.evil.test', 'ftp://shop.test', 'shop.test'])
    expect(() => remoteOf({ url, key }, none), url).toThrow(expect.objectContaining({ code: 'config.invalid' }))
  for (const url of ['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:3000']) expect(remoteOf({ url, key }, none)).not.toBeNull()
})

test('half of it is refused with what is missing, and a wrong key is not repeated', () => {
  const said = (given: object) => {
    try {
      return remoteOf(given, none)
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(said({ url: 'https://shop.test' })).toContain('no key')
  expect(said({ key })).toContain('no address')
  expect(said({ url: 'https://shop.test', key: 'sk_live_somebody_elses' })).not.toContain('somebody')
})
