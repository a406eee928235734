import { afterAll, expect, test } from 'vitest'
import { createMail } from '../../src/outside/mail/index.ts'
import { createFaults, FAULTS } from '../faults.ts'
import { createClock } from '../kit/clock.ts'
import { openJournal } from '../kit/journal.ts'
import { startMail } from '../mail/start.ts'
import { startControl } from './start.ts'

const clock = createClock()
const faults = createFaults(openJournal(null))
const mail = await startMail({ smtpPort: 0, clock, journal: openJournal(null), faults })
let resets = 0
const control = await startControl({
  port: 0,
  clock,
  journal: openJournal(null),
  faults,
  mail,
  panelUrl: 'http://localhost:3001',
  stripeUrl: 'http://localhost:3002',
  shopUrl: 'http://localhost:3000',
  onReset: () => {
    resets += 1
  },
})
afterAll(async () => {
  await control.close()
  await mail.close()
  clock.close()
})
const at = (path: string) => `http://127.0.0.1:${control.port}${path}`
const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(at(path), { method, headers: { 'content-type': 'application/json', ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) })
const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(at(path), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers })

test('the overview leads everywhere', async () => {
  const html = await (await fetch(at('/'))).text()
  for (const link of ['http://localhost:3000', 'http://localhost:3001/sandbox', 'http://localhost:3002/sandbox', '/mail', '/faults'])
    expect(html).toContain(`href="${link}"`)
})

test('every kind of fault has its form, and a form switches it on and off', async () => {
  const html = await (await fetch(at('/faults'))).text()
  for (const [system, kinds] of Object.entries(FAULTS))
    for (const kind of Object.keys(kinds)) expect(html).toContain(`id="${system}-${kind}"`)
  const on = await form('/faults', { system: 'panel', kind: 'error_after', status: '504', match: 'POST /api', times: '2', ms: '' })
  expect([on.status, on.headers.get('location')]).toEqual([303, '/faults'])
  expect(faults.list()).toMatchObject([{ system: 'panel', kind: 'error_after', status: 504, match: 'POST /api', times: 2, hits: 0 }])
  expect(await (await fetch(at('/faults'))).text()).toContain('hit 0 times · match POST /api · status 504 · times 2')
  await form(`/faults/${faults.list()[0]?.id}/off`, {})
  expect(faults.list()).toEqual([])
})

test('a form filled in wrongly says why and switches nothing on', async () => {
  const answer = await form('/faults', { system: 'panel', kind: 'slow', ms: '-5' })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('Not switched on: ms:')
  expect((await send('POST', '/faults.json', { system: 'mail', kind: 'slow' })).status).toBe(400)
  expect(faults.list()).toEqual([])
})

test('faults as JSON', async () => {
  const made = await send('POST', '/faults.json', { system: 'stripe', kind: 'webhook_twice' })
  expect(made.status).toBe(201)
  const { id } = (await made.json()) as { id: string }
  expect(await (await fetch(at('/faults.json'))).json()).toMatchObject({ faults: [{ id, kind: 'webhook_twice' }] })
  expect((await send('DELETE', `/faults/${id}`)).status).toBe(204)
  expect((await send('DELETE', `/faults/${id}`)).status).toBe(404)
  await send('POST', '/faults.json', { system: 'mail', kind: 'down' })
  expect((await send('DELETE', '/faults.json')).status).toBe(204)
  expect(faults.list()).toEqual([])
})

test('the clock moves, and what was due on the way has happened', async () => {
  let rung = false
  clock.after(60_000, () => {
    rung = true
  })
  const before = clock.now().getTime()
  const answer = await send('POST', '/clock/advance', { ms: 61_000 })
  expect(await answer.json()).toMatchObject({ advancedMs: 61_000 })
  expect(rung).toBe(true)
  expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(61_000)
  expect((await send('POST', '/clock/advance', { ms: 'soon' })).status).toBe(400)
})

test('reset is handed on; a page of another origin can do none of it', async () => {
  expect((await send('POST', '/reset', {})).status).toBe(200)
  const own = { origin: `http://127.0.0.1:${control.port}` }
  expect((await form('/reset', {}, own)).status).toBe(303)
  expect(resets).toBe(2)
  for (const origin of ['https://evil.test', 'null']) {
    expect((await form('/reset', {}, { origin })).status).toBe(403)
    expect((await send('POST', '/faults.json', { system: 'mail', kind: 'down' }, { origin })).status).toBe(403)
  }
  expect(resets).toBe(2)
  expect(faults.list()).toEqual([])
})

test('the inbox shows a message as text and in a frame that runs nothing', async () => {
  const sender = createMail({ url: mail.smtpUrl, from: 'shop@example.test' })
  const html = '<p>Hi</p><script>alert(1)</script><a href="http://localhost:3000/orders/1">order</a>'
  await sender.send({ to: 'ada@example.com', subject: '<b>Ready</b>', text: 'Hi', html, messageId: '<2@shop.test>' })
  sender.close()
  const { messages } = (await (await fetch(at('/mail/messages.json?to=ada@example.com'))).json()) as { messages: { id: string }[] }
  expect(messages).toMatchObject([{ subject: '<b>Ready</b>', links: ['http://localhost:3000/orders/1'] }])
  const id = messages[0]?.id
  expect(await (await fetch(at(`/mail/messages/${id}`))).json()).toMatchObject({ id, text: expect.stringContaining('Hi') })
  const list = await (await fetch(at('/mail'))).text()
  expect(list).toContain('&lt;b&gt;Ready&lt;/b&gt;')
  const answer = await fetch(at(`/mail/${id}`))
  const page = await answer.text()
  expect(page).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"')
  expect(page).not.toContain('<script>alert')
  expect(page).toContain('href="http://localhost:3000/orders/1"')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect((await fetch(at('/mail/999'))).status).toBe(404)
})
