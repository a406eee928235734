import { expect, test } from 'vitest'
import { Failure } from '../../kit/failure.ts'
import { type Check, check, ok, type Patient, warning } from './check.ts'
import { CHECKS } from './checks/index.ts'
import { examine } from './examine.ts'

const nowhere = { panel: null, probe: null, stripe: null, setup: null, mail: null, db: null }
const patient: Patient = {
  parts: nowhere,
  now: () => new Date('2026-03-01T12:00:00Z'),
  readings: {
    now: () => new Date('2026-03-01T12:00:00Z'),
    disk: async () => ({ freeBytes: 1, totalBytes: 1 }),
    certificate: () => Promise.reject(new Error('none')),
    health: async () => ({ status: null, proof: null, trouble: 'none' }),
  },
  faults: {},
  sandboxed: true,
  stripeMode: null,
  publicUrl: null,
  panelUrl: null,
  dataDir: null,
  mailFrom: null,
  poolWaiting: 0,
  backfillMs: 600_000,
  prove: () => null,
  once: (_name, ask) => ask(),
}
const one = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  ...check({ id, area: 'host', title: `Title of ${id}`, run: async () => ok('') }),
  run,
  ...more,
})
const states = async (checks: Check[], timeoutMs = 50) =>
  Object.fromEntries(
    (await examine(patient, { checks, timeoutMs })).verdicts.map(({ id, state, found, remedy }) => [id, { state, found, remedy }]),
  )

test('one that hangs, one that throws and one that refuses hide nothing of the others', async () => {
  const never = Promise.withResolvers<never>().promise
  let told = false
  const refused = new Failure({ code: 'x.y', kind: 'unavailable', say: 'It is busy.', next: 'Wait.', facts: { message: 'try later' } })
  const found = await states([
    one('hangs', (_, signal) => {
      signal.addEventListener('abort', () => {
        told = true
      })
      return never
    }),
    one('throws', () => Promise.reject(new TypeError('x is not a function'))),
    one('refuses', () => Promise.reject(refused)),
    one('sick', () => Promise.reject(new Error('down')), { sick: { remedy: 'Known better here.' } }),
    one('well', async () => ok('fine')),
  ])
  expect(found).toMatchObject({
    hangs: { state: 'failed', found: 'No answer within 0.05 s.' },
    throws: { state: 'failed', found: 'x is not a function.' },
    refuses: { state: 'failed', found: 'It is busy. (try later)', remedy: 'Wait.' },
    sick: { state: 'failed', found: 'down.', remedy: 'Known better here.' },
    well: { state: 'ok' },
  })
  expect(told).toBe(true)
})

test('of a chain the first link is named; a warning stops nobody', async () => {
  const found = await states([
    one('first', () => Promise.reject(new Error('down'))),
    one('second', async () => ok(''), { after: ['first'] }),
    one('third', async () => ok(''), { after: ['second'] }),
    one('tired', async () => warning('slow', 'rest')),
    one('next', async () => ok(''), { after: ['tired'] }),
    one('needy', async () => ok(''), { needs: ['mail'] }),
  ])
  expect(found['third']).toMatchObject({ state: 'skipped', found: 'Not looked at: “Title of first” comes first.' })
  expect(found['next']).toMatchObject({ state: 'ok' })
  expect(found['needy']).toMatchObject({ state: 'skipped', found: 'Not looked at: SMTP_URL is not set, or wrong.' })
})

test('what one area waits for is looked at too, and not told', async () => {
  const report = await examine(patient, {
    only: 'mail',
    checks: [one('base', () => Promise.reject(new Error('down'))), one('letter', async () => ok(''), { area: 'mail', after: ['base'] })],
  })
  expect(report).toMatchObject({ state: 'ok', verdicts: [{ id: 'letter', state: 'skipped' }] })
})

test('every check has an id of its own, and waits for checks that there are', () => {
  const ids = CHECKS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { id, area, after } of CHECKS) {
    expect(id.split('.')[0]).toBe(area)
    for (const other of after) expect(ids.indexOf(other), `${id} after ${other}`).toBeGreaterThanOrEqual(0)
  }
})
