import { expect, test } from 'vitest'
import { readLine } from './line.ts'

const AT = '2026-11-24T09:30:00.000Z'
const read = (line: object) => readLine(JSON.stringify({ level: 'info', time: AT, fn: 'servers-provision', msg: 'done', ...line }))
const ID = '0b5c8c1e-7f1e-4c63-9a52-0d7f4a9e1f00'

test('ids go into their columns, the rest into the facts', () => {
  expect(read({ orderId: ID, requestId: 'none of ours', ms: 60 })).toEqual({
    at: new Date(AT),
    level: 'info',
    fn: 'servers-provision',
    message: 'done',
    orderId: ID,
    userId: null,
    requestId: null,
    facts: '{"ms":60}',
  })
})

test('a line without a name is kept only when it is loud; what is no line is not', () => {
  expect(read({ fn: undefined })).toBeNull()
  expect(read({ fn: undefined, level: 'warn' })?.fn).toBe('process')
  expect(read({ time: 'never' })).toBeNull()
  expect(read({ level: 'loud' })).toBeNull()
  for (const text of ['', '{', '[]', 'null', '"text"']) expect(readLine(text)).toBeNull()
})

test.each([
  ['one long text', { err: { message: 'm', stack: 's'.repeat(50_000) } }],
  ['many texts', Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`fact${n}`, 'x'.repeat(500)]))],
  ['a long list', { list: Array.from({ length: 5_000 }, (_, n) => ({ n, text: 'é'.repeat(50) })) }],
])('facts stay within 4 kB and are JSON: %s', (_, facts) => {
  const kept = read(facts)?.facts ?? ''
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(4_096)
  expect(JSON.parse(kept)).toMatchObject({ cut: true })
})

test('what PostgreSQL cannot store is taken out', () => {
  const kept = read({ msg: 'a\0b\ud800', said: { deep: 'x\0y \udfff' }, 'na\0me': 1 })
  expect(kept?.message).toBe('ab�')
  expect(JSON.parse(kept?.facts ?? '')).toEqual({ said: { deep: 'xy �' }, name: 1 })
  expect(JSON.parse(read({ said: '\\u0000' })?.facts ?? '')).toEqual({ said: '\\u0000' })
})
