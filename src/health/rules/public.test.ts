import { expect, test } from 'vitest'
import { everyHour, incidentsOf } from './public.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute))

test('the same trouble is one incident, since the oldest of its findings', () => {
  const incidents = incidentsOf([
    { kind: 'servers.field_refused', openedAt: at(5) },
    { kind: 'servers.install_failed', openedAt: at(2) },
    { kind: 'servers.panel_key_refused', openedAt: at(9) },
  ])
  expect(incidents.map((one) => [one.title, one.since])).toEqual([
    ['Some orders need a hand', at(2).toISOString()],
    ['New servers are delayed', at(9).toISOString()],
  ])
})

test('an unknown kind is told without its name', () => {
  const [incident] = incidentsOf([{ kind: 'secret.internal_kind', openedAt: at(0) }])
  expect(JSON.stringify(incident)).not.toContain('internal_kind')
})

test('every hour is there, also those without a delivery', () => {
  const hours = everyHour(at(0), [{ from: new Date(at(0).getTime() + 3_600_000), delivered: 3, medianSeconds: 61.4 }])
  expect(hours).toHaveLength(24)
  expect(hours[0]).toEqual({ from: at(0).toISOString(), delivered: 0, medianSeconds: null })
  expect(hours[1]).toMatchObject({ delivered: 3, medianSeconds: 61 })
})
