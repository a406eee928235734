import type { CallLog } from '../calls.ts'
import type { Answer } from '../respond.ts'
import { json, redirect } from '../respond.ts'
import type { World } from '../world.ts'
import { loginPage, serversPage } from './login.ts'
import { operatorPage } from './operator.ts'
import { forgottenPage, mailLink, setPage, takePassword } from './password.ts'
import { panelState } from './state.ts'
import { page } from './style.ts'

interface Asked {
  method: string
  path: string
  body: string
  origin: string
}

/** What a browser gets: the login of customers, and the sandbox's own pages. Null for everything else. */
export function createPages(world: World, calls: CallLog): (asked: Asked) => Answer | null {
  return ({ method, path, body, origin }) => {
    const key = `${method} ${path}`
    // The address that a customer is given for a server, too.
    if (key === 'GET /' || (method === 'GET' && /^\/server\/[0-9a-f-]+$/.test(path))) return redirect(`${origin}/auth/login`)
    if (key === 'GET /auth/login') return page(loginPage(null))
    if (key === 'POST /auth/login') return page(serversPage(world.store, new URLSearchParams(body)))
    if (key === 'GET /auth/password') return page(forgottenPage())
    if (key === 'POST /auth/password') return page(mailLink(world, new URLSearchParams(body), origin))
    const token = path.match(/^\/auth\/password\/reset\/([0-9a-f]+)$/)?.[1]
    if (token && method === 'GET') return page(setPage(world, token))
    if (token && method === 'POST') return page(takePassword(world, token, new URLSearchParams(body)))
    if (key === 'GET /sandbox') return page(operatorPage(world, calls), true)
    if (key === 'GET /sandbox/state.json') return json(200, panelState(world.store))
    if (key === 'GET /sandbox/calls.json') return json(200, { ...calls.stats(), recent: calls.recent })
    return null
  }
}
