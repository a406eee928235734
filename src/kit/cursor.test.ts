import { expect, test } from 'vitest'
import { readNumber, readPlace, writeNumber, writePlace } from './cursor.ts'

const place = { at: new Date('2026-03-01T10:00:00.123Z'), id: '00000000-0000-4000-8000-000000000001' }
const encoded = (text: string) => Buffer.from(text).toString('base64url')

test('a place goes out and comes back', () => {
  expect(readPlace(writePlace(place))).toEqual(place)
  expect(readNumber(writeNumber(12_345_678_901))).toBe(12_345_678_901)
})

test.each([
  '',
  'rubbish',
  '%00',
  encoded('2026-03-01T10:00:00Z'),
  encoded('2026-03-01T10:00:00Z me'),
  encoded(`+275760-01-01T00:00:00Z ${place.id}`),
])('another text is refused in words: %s', (cursor) => {
  expect(() => readPlace(cursor)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'request.invalid', status: 400 }))
})

test.each(['', encoded('-1'), encoded('1.5'), encoded('1e9'), encoded('9'.repeat(20))])('nor is any text a number: %s', (cursor) => {
  expect(() => readNumber(cursor)).toThrow(expect.objectContaining({ kind: 'invalid', fields: { cursor: 'none of ours' } }))
})
