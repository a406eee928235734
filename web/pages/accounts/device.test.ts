import { expect, test } from 'vitest'
import { addressOf, deviceOf } from './device.ts'

test('a browser is told in words its owner knows', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  expect(deviceOf(chrome)).toBe('Chrome on Linux')
  expect(deviceOf(`${chrome} Edg/140.0`)).toBe('Edge on Linux')
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604')).toBe(
    'Safari on iPhone',
  )
  expect(deviceOf('curl/8.5.0')).toBe('curl/8.5.0')
  expect(deviceOf('x'.repeat(60))).toHaveLength(40)
  expect(deviceOf(null)).toBe('Unknown device')
})

test('an address is told as people write it', () => {
  expect(addressOf('203.0.113.9')).toBe('203.0.113.9')
  expect(addressOf('2001:0db8:0001:0002:0000:0000:0000:0000')).toBe('2001:db8:1:2::')
  expect(addressOf('0000:0000:0000:0000:0000:0000:0000:0000')).toBe('this machine')
  expect(addressOf(null)).toBe('address unknown')
})
