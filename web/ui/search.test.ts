import { expect, test } from 'vitest'
import { oneOf, parseSearch, safeNext, stringifySearch, textOf } from './search.ts'

test('search parameters stay text, there and back', () => {
  const values = { q: '123', token: 'true', name: 'Ada & Co + 1' }
  expect(parseSearch(stringifySearch(values))).toEqual(values)
  expect(stringifySearch({ q: undefined, cursor: '', filter: 'all' })).toBe('?filter=all')
  expect(stringifySearch({ q: undefined })).toBe('')
})

test('only known words and real text are taken', () => {
  expect(oneOf(['a', 'b'] as const, 'b')).toBe('b')
  expect(oneOf(['a', 'b'] as const, 'c')).toBeUndefined()
  expect(textOf('')).toBeUndefined()
  expect(textOf(7)).toBeUndefined()
})

test('after signing in one goes on here, never elsewhere', () => {
  expect(safeNext('/games/minecraft?plan=p1&name=A+B')).toBe('/games/minecraft?plan=p1&name=A+B')
  for (const away of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'games',
    undefined,
  ])
    expect(safeNext(away), String(away)).toBeUndefined()
})
