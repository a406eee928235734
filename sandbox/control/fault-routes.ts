import { Hono } from 'hono'
import { FaultInput, type Faults } from '../faults.ts'
import { faultsPage } from './faults-page.ts'
import { isForm } from './overview-routes.ts'

const NUMBERS = ['ms', 'status', 'times', 'probability']

/** Faults on a page, and as JSON: GET and POST /faults.json, DELETE /faults/<id>, DELETE /faults.json. */
export const faultRoutes = (faults: Faults): Hono =>
  new Hono()
    .get('/faults', (c) => c.html(faultsPage(faults.list(), null)))
    .post('/faults', async (c) => {
      const asked = FaultInput.safeParse(fromForm(await c.req.parseBody()))
      if (!asked.success) return c.html(faultsPage(faults.list(), whatIsWrong(asked.error.issues)), 400)
      faults.add(asked.data)
      return c.redirect('/faults', 303)
    })
    .post('/faults/off', (c) => {
      faults.clear()
      return c.redirect('/faults', 303)
    })
    .post('/faults/:id/off', (c) => {
      faults.remove(c.req.param('id'))
      return c.redirect('/faults', 303)
    })
    .get('/faults.json', (c) => c.json({ faults: faults.list() }))
    .post('/faults.json', async (c) => {
      if (isForm(c.req.header('content-type'))) return c.json({ error: 'send JSON' }, 415)
      const asked = FaultInput.safeParse(await c.req.json().catch(() => null))
      if (!asked.success) return c.json({ error: whatIsWrong(asked.error.issues) }, 400)
      return c.json(faults.add(asked.data), 201)
    })
    .delete('/faults.json', (c) => {
      faults.clear()
      return c.body(null, 204)
    })
    .delete('/faults/:id', (c) => (faults.remove(c.req.param('id')) ? c.body(null, 204) : c.json({ error: 'no such fault' }, 404)))

/** A form sends text, and an empty text for what was not filled in. */
const fromForm = (form: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(form)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, NUMBERS.includes(name) ? Number(value) : value]),
  )

const whatIsWrong = (issues: { path: PropertyKey[]; message: string }[]): string =>
  issues.map((issue) => `${issue.path.join('.') || 'fault'}: ${issue.message}`).join('; ')
