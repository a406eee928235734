import { type Ctx, newRouter, type Router } from '../../kit/routes.ts'
import { SECOND } from '../../kit/time.ts'
import type { World } from '../../world.ts'
import { AUTH_PATH, type Auth, CLIENT_IP_HEADER, VERIFY_BACKUP_CODE, VERIFY_TOTP } from '../auth.ts'
import { authRefused, leadsAway, noSuchAuthRoute } from '../errors.ts'
import { limitSignIns } from '../limit-sign-ins.ts'
import { isOwnPage, personName } from '../rules.ts'

/** What we use of better-auth. It knows many more endpoints; they do not exist here. */
const OPEN = new Set([
  'POST /sign-up/email',
  'POST /sign-in/email',
  'POST /sign-out',
  'GET /get-session',
  'GET /verify-email',
  'POST /send-verification-email',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /two-factor/enable',
  `POST ${VERIFY_TOTP}`,
  `POST ${VERIFY_BACKUP_CODE}`,
])

type AuthWorld = Pick<World, 'db' | 'now' | 'shop'>

export const authRoutes = (world: AuthWorld, auth: Auth): Router => {
  const router = newRouter()
  router.all(`${AUTH_PATH}/*`, (c) => answerAuth(world, auth, c))
  return router
}

/** A JSON object's members; empty for anything else, which is refused as such further on. */
function membersOf(body: string | null): Record<string, unknown> {
  try {
    return { ...(JSON.parse(body ?? '') as object) }
  } catch {
    return {}
  }
}

/** Every place that a client asks to be sent to afterwards. */
const targetsOf = (url: URL, members: Record<string, unknown>): unknown[] =>
  [...url.searchParams, ...Object.entries(members)]
    .filter(([name]) => /^(?:\w*callbackURL|redirectTo)$/i.test(name))
    .map(([, target]) => target)

/** Of the second factor's calls only what ours need: a device that is trusted, say, would sign in without it. */
const TAKEN: Record<string, string[]> = { [VERIFY_TOTP]: ['code'], [VERIFY_BACKUP_CODE]: ['code'], '/two-factor/enable': ['password'] }

function bodyFor(path: string, members: Record<string, unknown>, sent: string): string {
  const taken = TAKEN[path]
  if (taken) return JSON.stringify(Object.fromEntries(taken.map((name) => [name, members[name]])))
  // As it will be stored: given back unchanged it would tell that the address was known, and nothing was.
  const name = members['name']
  return typeof name === 'string' ? JSON.stringify({ ...members, name: personName(name) }) : sent
}

async function answerAuth(world: AuthWorld, auth: Auth, c: Ctx): Promise<Response> {
  const { publicUrl } = world.shop
  if (!OPEN.has(`${c.req.method} ${c.req.path.slice(AUTH_PATH.length)}`)) throw noSuchAuthRoute()
  const headers = new Headers(c.req.raw.headers)
  headers.delete('content-length')
  headers.set(CLIENT_IP_HEADER, c.var.clientIp)
  const url = new URL(c.req.path, publicUrl)
  url.search = new URL(c.req.url).search
  const sent = c.req.method === 'POST' ? await c.req.text() : null
  const members = membersOf(sent)
  if (targetsOf(url, members).some((target) => !isOwnPage(target, publicUrl))) throw leadsAway()
  const body = sent === null ? null : bodyFor(c.req.path.slice(AUTH_PATH.length), members, sent)
  const ask = () => auth.handler(new Request(url, { method: c.req.method, headers, body }))
  const email = url.pathname === `${AUTH_PATH}/sign-in/email` ? members['email'] : null
  const answer = typeof email === 'string' ? await limitSignIns(world, email, ask) : await ask()
  if (answer.status < 400) return answer
  const said = (await answer.json().catch(() => ({}))) as { code?: string; message?: string }
  const retryAfter = Number(answer.headers.get('x-retry-after') ?? Number.NaN)
  throw authRefused({
    status: answer.status,
    code: said.code ?? (answer.status === 429 ? 'TOO_MANY_REQUESTS' : 'REFUSED'),
    message: said.message ?? 'The request was refused.',
    retryAfterMs: Number.isNaN(retryAfter) ? null : retryAfter * SECOND,
  })
}
