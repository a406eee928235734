import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answered, type Tried, tryPanel } from './fixture.ts'

let tried: Tried
beforeEach(async () => {
  tried = await tryPanel()
})
afterEach(() => tried.close())

/** Nothing is locked: what was free at the check may be gone at the insert, and that is a 500. */
const outcomes = (answers: Answered[]) => answers.map((each) => [each.status, ...each.errors].join(' ')).sort()
const five = [1, 2, 3, 4, 5]

test('the same external id at once: one is made, the others collide', async () => {
  const found = outcomes(await Promise.all(five.map((at) => tried.createServer(at, { external_id: 'svc_1' }))))
  expect(found.filter((each) => each === '201')).toHaveLength(1)
  expect(found).toContain('500 QueryException')
  expect(new Set(found)).not.toContain('500 DataValidationException')
})

test('the same allocation at once: one is made', async () => {
  const found = outcomes(await Promise.all(five.map((at) => tried.createServer(1, { external_id: `svc_${at}` }))))
  expect(found.filter((each) => each === '201')).toHaveLength(1)
  expect(found).toContain('500 DataValidationException')
  expect(tried.panel.daemonCalls()).toEqual(['POST /api/servers'])
})

test('the same additional allocation at once: the last writer keeps it', async () => {
  const answers = await Promise.all(five.map((at) => tried.createServer(at, { allocation: { default: at, additional: [50] } })))
  const made = answers.filter((each) => each.status === 201)
  expect(made.length).toBeGreaterThan(1)
  const owners = await Promise.all(
    made.map(async ({ body }) => {
      const shown = await tried.call('GET', `/api/application/servers/${body['attributes']?.['id']}?include=allocations`)
      return JSON.stringify(shown.body).includes('"id":50')
    }),
  )
  expect(owners.filter(Boolean)).toHaveLength(1)
})
