import { expect, test } from 'vitest'
import { createLog, withoutSecrets } from './log.ts'

const linesOf = (act: (log: ReturnType<typeof createLog>) => void): string => {
  const lines: string[] = []
  act(createLog('debug', { out: { write: (line: string) => void lines.push(line) } }))
  return lines.join('')
}

test('secrets by name are redacted, however deep', () => {
  const text = linesOf((log) =>
    log.info({ authorization: 'Bearer abc', headers: { cookie: 's=1' }, body: { user: { password: 'hunter2' } }, orderId: 'o1' }, 'hello'),
  )
  expect(text).not.toMatch(/hunter2|abc|s=1/)
  expect(JSON.parse(text)).toMatchObject({ level: 'info', orderId: 'o1', msg: 'hello' })
})

test('secrets by their looks are cut from error texts', () => {
  const text = linesOf((log) => log.error({ err: new Error('refused ptla_abcdef and postgres://u:p@h/db') }, 'no'))
  expect(text).not.toMatch(/ptla_abcdef|u:p@/)
  expect(withoutSecrets('sk_live_123 whsec_9')).toBe('[redacted] [redacted]')
})
