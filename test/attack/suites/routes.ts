import { expect, test } from 'vitest'
import { authOf } from '../../../src/doors/build-auth.ts'
import { buildWorld } from '../../../src/doors/build-world.ts'
import { createApp } from '../../../src/doors/http/app.ts'
import { silentLog } from '../../../src/kit/log.ts'
import { SERVICE_KEY } from '../../kit/stack.ts'
import { type Attacker, CHECKOUT, NOBODY, WEBHOOK, wish } from '../attacker.ts'
import {
  type Answers,
  all,
  CALLERS,
  everyCaller,
  figures,
  fromAdmin,
  fromAdminNoKey,
  fromOperator,
  fromSupport,
  persons,
  serviceOnly,
} from '../callers.ts'

interface Classified {
  answers: Answers
  /** Where to knock, when that is not the route itself. */
  path?: string
  /** HEAD, where GET would never end. */
  method?: string
  json?: unknown
}

/** Every route there is, and what each caller gets; `mine` is the owner's order, and somebody else's for all the others. */
const routes = (mine: string, userId: string): Record<string, Classified> => ({
  'GET /healthz': { answers: all(200) },
  'GET /readyz': { answers: all(200) },
  'GET /api/me': { answers: all(200) },
  'GET /api/shop': { answers: all(200) },
  'GET /api/status': { answers: all(200) },
  'GET /api/openapi.json': { answers: all(200) },
  'GET /api/games/:id': { answers: all(404), path: '/api/games/none' },
  'GET /api/orders': { answers: persons(200) },
  'GET /api/orders/:id': { answers: persons(404, 200), path: `/api/orders/${mine}` },
  'GET /api/orders/:id/events': { answers: persons(404, 200), path: `/api/orders/${mine}/events`, method: 'HEAD' },
  'POST /api/checkouts/:id/cancel': { answers: persons(404, 200), path: `/api/checkouts/${mine}/cancel` },
  'GET /api/ops/overview': { answers: fromSupport(200) },
  'GET /metrics': { answers: figures(200) },
  'GET /api/ops/health': { answers: fromSupport(200) },
  'GET /api/ops/digests': { answers: fromSupport(200) },
  'GET /api/ops/alerts': { answers: fromSupport(200) },
  'POST /api/ops/alerts/:id/acknowledge': { answers: fromSupport(404), path: `/api/ops/alerts/${NOBODY}/acknowledge`, json: {} },
  'POST /api/ops/alerts/:id/silence': {
    answers: fromOperator(404),
    path: `/api/ops/alerts/${NOBODY}/silence`,
    json: { minutes: 5, reason: 'none' },
  },
  'POST /api/ops/alerts/:id/unsilence': { answers: fromOperator(404), path: `/api/ops/alerts/${NOBODY}/unsilence` },
  'GET /api/ops/alert-rules': { answers: fromSupport(200) },
  'PATCH /api/ops/alert-rules/:id': { answers: fromAdmin(404), path: '/api/ops/alert-rules/none', json: { reason: 'none', enabled: true } },
  'POST /api/ops/alert-rules/:id/silence': {
    answers: fromOperator(404),
    path: '/api/ops/alert-rules/none/silence',
    json: { minutes: 5, reason: 'none' },
  },
  'POST /api/ops/alert-rules/:id/unsilence': { answers: fromOperator(409), path: '/api/ops/alert-rules/none/unsilence' },
  'GET /api/ops/alert-channels': { answers: fromSupport(200) },
  'POST /api/ops/alert-channels': { answers: fromAdmin(400), json: { kind: 'discord' } },
  'PATCH /api/ops/alert-channels/:id': { answers: fromAdmin(404), path: `/api/ops/alert-channels/${NOBODY}`, json: { enabled: false } },
  'POST /api/ops/alert-channels/:id/remove': {
    answers: fromAdmin(404),
    path: `/api/ops/alert-channels/${NOBODY}/remove`,
    json: { reason: 'none' },
  },
  'POST /api/ops/alert-channels/:id/test': { answers: fromAdmin(404), path: `/api/ops/alert-channels/${NOBODY}/test` },
  'GET /api/ops/alert-deliveries': { answers: fromSupport(200) },
  'GET /api/ops/findings': { answers: fromSupport(200) },
  'GET /api/ops/findings/:id': { answers: fromSupport(404), path: `/api/ops/findings/${NOBODY}` },
  'POST /api/ops/findings/:id/resolve': {
    answers: fromOperator(404),
    path: `/api/ops/findings/${NOBODY}/resolve`,
    json: { reason: 'none' },
  },
  'POST /api/ops/findings/:id/repair': {
    answers: fromOperator(404),
    path: `/api/ops/findings/${NOBODY}/repair`,
    json: { reason: 'none' },
  },
  'GET /api/ops/logs': { answers: fromSupport(200) },
  // Asked for a filter that fits nobody: the stream itself would stay open.
  'GET /api/ops/logs/tail': { answers: fromSupport(400), path: '/api/ops/logs/tail?level=none' },
  'GET /api/ops/doctor': { answers: fromOperator(200) },
  'POST /api/ops/doctor/webhook-endpoint': { answers: fromAdmin(200), json: { reason: 'none', dry_run: true } },
  'GET /api/ops/nodes': { answers: fromSupport(200) },
  'POST /api/ops/nodes/sync': { answers: fromOperator(200) },
  'PATCH /api/ops/nodes/:id': { answers: fromOperator(404), path: '/api/ops/nodes/9999', json: { reason: 'none', enabled: true } },
  'GET /api/ops/orders': { answers: fromSupport(200) },
  'GET /api/ops/orders/:id': { answers: fromSupport(404), path: `/api/ops/orders/${NOBODY}` },
  'GET /api/ops/orders/:id/timeline': { answers: fromSupport(200), path: `/api/ops/orders/${NOBODY}/timeline` },
  'POST /api/ops/orders/:id/retry': { answers: fromOperator(404), path: `/api/ops/orders/${NOBODY}/retry`, json: {} },
  'POST /api/ops/orders/:id/cancel': { answers: fromOperator(404), path: `/api/ops/orders/${NOBODY}/cancel`, json: { reason: 'none' } },
  'POST /api/ops/orders/:id/end': {
    answers: fromOperator(404),
    path: `/api/ops/orders/${NOBODY}/end`,
    json: { when: 'now', refund: { kind: 'none' }, server: { kind: 'keep' }, reason: 'none' },
  },
  'POST /api/ops/orders/:id/undo-end': { answers: fromOperator(404), path: `/api/ops/orders/${NOBODY}/undo-end`, json: { reason: 'none' } },
  'GET /api/ops/customers': { answers: fromSupport(200), path: '/api/ops/customers?q=nobody-of-this-name' },
  'GET /api/ops/customers/:id': { answers: fromSupport(404), path: `/api/ops/customers/${NOBODY}` },
  'POST /api/ops/customers/:id/notes': { answers: fromSupport(404), path: `/api/ops/customers/${NOBODY}/notes`, json: { body: 'none' } },
  'POST /api/ops/customers/:id/messages': {
    answers: fromSupport(404),
    path: `/api/ops/customers/${NOBODY}/messages`,
    json: { template: 'how_to_end', order_id: NOBODY },
  },
  'POST /api/ops/customers/:id/panel/test': { answers: fromSupport(404), path: `/api/ops/customers/${NOBODY}/panel/test` },
  'POST /api/ops/customers/:id/panel/sync': {
    answers: fromSupport(404),
    path: `/api/ops/customers/${NOBODY}/panel/sync`,
    json: { reason: 'none' },
  },
  'POST /api/ops/customers/:id/panel/reset-password': {
    answers: fromOperator(404),
    path: `/api/ops/customers/${NOBODY}/panel/reset-password`,
    json: { reason: 'none' },
  },
  'POST /api/orders/:id/refund': { answers: persons(404), path: `/api/orders/${mine}/refund` },
  'GET /api/ops/audit': { answers: fromSupport(200) },
  'GET /api/ops/keys': { answers: fromAdmin(200) },
  'POST /api/ops/keys': { answers: fromAdmin(400), json: { name: 'none' } },
  'POST /api/ops/keys/:id/revoke': { answers: fromAdmin(404), path: `/api/ops/keys/${NOBODY}/revoke`, json: { reason: 'none' } },
  'POST /api/ops/orders/:id/plan': {
    answers: fromOperator(404),
    path: `/api/ops/orders/${NOBODY}/plan`,
    json: { plan_id: 'none', reason: 'none' },
  },
  'GET /api/sessions': { answers: persons(200) },
  'POST /api/sessions/:id/revoke': { answers: persons(404), path: `/api/sessions/${NOBODY}/revoke` },
  'POST /api/sessions/revoke-others': { answers: persons(200) },
  'GET /api/ops/staff': { answers: fromAdmin(200) },
  'POST /api/ops/staff': { answers: fromAdmin(400), json: { email: 'none' } },
  'POST /api/ops/staff/:id/revoke': { answers: fromAdminNoKey(404), path: `/api/ops/staff/${NOBODY}/revoke`, json: { reason: 'none' } },
  'POST /api/ops/staff/:id/reset-second-factor': {
    answers: fromAdminNoKey(404),
    path: `/api/ops/staff/${NOBODY}/reset-second-factor`,
    json: { reason: 'none' },
  },
  'POST /api/ops/staff/:id/end-sessions': {
    answers: fromAdmin(404),
    path: `/api/ops/staff/${NOBODY}/end-sessions`,
    json: { reason: 'none' },
  },
  'POST /api/ops/sessions/:id/revoke': { answers: fromAdmin(404), path: `/api/ops/sessions/${NOBODY}/revoke`, json: { reason: 'none' } },
  'POST /functions/v1/servers-provision': { answers: serviceOnly(404), json: { order_id: NOBODY } },
  'POST /functions/v1/create-pterodactyl-user': { answers: { ...persons(403, 200), service: 200 }, json: { userId } },
  [`POST ${CHECKOUT}`]: { answers: { ...persons(400), unverified: 403 }, json: wish({ plan_id: 'none' }) },
  [`POST ${WEBHOOK}`]: { answers: all(400), json: { id: 'evt_forged' } },
})

const signedIn = (status: number): Answers => ({ ...persons(status), service: 401, ...KEYS_ARE_NO_SESSION })
const KEYS_ARE_NO_SESSION = { 'key read': 401, 'key operate': 401, 'key admin': 401, 'key metrics': 401 }

/** What we use of the sign-in library, asked with next to nothing. Signing out comes last: it is meant. */
const LIBRARY: Record<string, Answers> = {
  'GET /api/auth/get-session': all(200),
  'GET /api/auth/verify-email': all(400),
  'POST /api/auth/sign-up/email': all(400),
  'POST /api/auth/sign-in/email': all(400),
  'POST /api/auth/send-verification-email': all(400),
  'POST /api/auth/request-password-reset': all(400),
  'POST /api/auth/reset-password': all(400),
  'POST /api/auth/two-factor/enable': signedIn(400),
  'POST /api/auth/two-factor/verify-totp': signedIn(400),
  'POST /api/auth/two-factor/verify-backup-code': signedIn(400),
  'POST /api/auth/sign-out': all(200),
}

export function attackRoutes(attack: () => Attacker): void {
  const app = async () => {
    const { config } = attack().stack
    const world = buildWorld(config, 'route list', silentLog)
    const auth = authOf(world, config)
    const locks = { auth, serviceKey: SERVICE_KEY, staffSecondFactor: config.staffSecondFactor }
    const parts = { world, locks, trustedProxies: 0, checkoutsPerAddress: 1, webFolder: '/none', prove: () => '' }
    const never = Promise.withResolvers<never>().promise
    const { routes: made } = createApp({
      ...parts,
      onWebhook: () => undefined,
      notReady: async () => null,
      doctor: { examine: () => never, fixWebhookEndpoint: () => never },
    })
    const paths = Object.values(auth.api as Record<string, { path?: string; options?: { method?: string | string[] } }>).flatMap((one) =>
      [one.options?.method ?? []].flat().map((method) => `${method} /api/auth${one.path}`),
    )
    await world.db.close()
    return { ours: new Set(made.filter((one) => one.method !== 'ALL').map((one) => `${one.method} ${one.path}`)), theirs: new Set(paths) }
  }

  test('every route answers every caller as it is classified here', async () => {
    const a = attack()
    const owner = await a.person()
    const { as, self } = await everyCaller(a, owner)
    const { id } = await a.checkout(owner)
    const classified = routes(id, owner.id)
    expect([...(await app()).ours].sort()).toEqual(Object.keys(classified).sort())

    const wrong: string[] = []
    let sent = 0
    for (const [route, { answers, path, method: knock, json }] of Object.entries(classified)) {
      const [method = '', at = ''] = route.split(' ')
      const isForStaff = at.startsWith('/api/ops/')
      const ask = async (caller: (typeof CALLERS)[number]) => {
        const { status, headers, text, body } = await a.send(knock ?? method, path ?? at, { ...as[caller], json })
        sent += 1
        const say = (what: string) => wrong.push(`${caller} → ${route}: ${what}`)
        // So many at once are more calls than the panel allows; whoever is told so was let through.
        const letThrough = answers[caller] === 200 && body['type'] === 'servers.budget_spent'
        if (status !== answers[caller] && !letThrough) say(`${status} instead of ${answers[caller]} ${text.slice(0, 200)}`)
        if (status >= 400 && headers.get('content-type') !== 'application/problem+json') say(`no problem+json`)
        if (at.startsWith('/api/') && at !== '/api/status' && headers.get('cache-control') !== 'no-store') say('may be kept')
        if (/node_modules|\bat \S+ \(/.test(text)) say('tells of our code')
        // Staff reads of everybody: that is what it is for.
        if (isForStaff && status === 200) return
        for (const { email } of Object.values(self)) if (email !== self[caller]?.email && text.includes(email)) say(`tells of ${email}`)
      }
      await Promise.all(CALLERS.map(ask))
    }
    console.info(`${Object.keys(classified).length} routes × ${CALLERS.length} callers = ${sent} requests, ${wrong.length} violations`)
    expect(wrong).toEqual([])
  }, 300_000)

  test('of the sign-in library only what we use exists, and it answers nobody more than another', async () => {
    const a = attack()
    const owner = await a.person()
    const { as } = await everyCaller(a, owner)
    const { theirs } = await app()
    const unknown = Object.keys(LIBRARY).filter((route) => !theirs.has(route))
    expect(unknown).toEqual([])
    const closed = [...theirs].filter((route) => !(route in LIBRARY))
    expect(closed.length).toBeGreaterThan(10)
    const wrong: string[] = []
    let sent = 0
    for (const route of [...closed, ...Object.keys(LIBRARY)]) {
      const [method = '', path = ''] = route.split(' ')
      const ask = async (caller: (typeof CALLERS)[number]) => {
        const headers = { origin: a.stack.url }
        const body = method === 'GET' ? {} : { json: { password: 'a wrong one', code: '000000' } }
        const { status, text } = await a.send(method, path.replace(/:\w+/g, 'x'), { headers, ...as[caller], ...body })
        sent += 1
        const wanted = LIBRARY[route]?.[caller] ?? 404
        if (status !== wanted) wrong.push(`${caller} → ${route}: ${status} instead of ${wanted} ${text.slice(0, 200)}`)
      }
      await Promise.all(CALLERS.map(ask))
    }
    console.info(`${theirs.size} of the sign-in library × ${CALLERS.length} callers = ${sent} requests, ${wrong.length} violations`)
    expect(wrong).toEqual([])
  }, 300_000)

  test('pages and files are the same for everybody', async () => {
    const a = attack()
    const { as } = await everyCaller(a, await a.person())
    const pages = ['/', '/ops/orders', '/account', '/nowhere', '/favicon.svg', '/scheme.js', '/index.html']
    for (const path of pages) {
      const answers = await Promise.all(CALLERS.map((caller) => a.send('GET', path, as[caller])))
      // The nonce is new with each answer; the rest is not.
      const bodies = answers.map(({ text }) => text.replace(/nonce="[^"]+"/, ''))
      expect(new Set(answers.map(({ status }) => status)), path).toEqual(new Set([200]))
      expect(new Set(bodies).size, path).toBe(1)
      for (const { headers } of answers) expect(headers.getSetCookie(), path).toEqual([])
    }
    console.info(`${pages.length} pages and files × ${CALLERS.length} callers = ${pages.length * CALLERS.length} requests`)
  })

  test('a key counts only as one bearer token, spelt exactly', async () => {
    const a = attack()
    const { token, cookie } = await a.person()
    const status = async (lines: string) => Number((await a.wire(`GET /api/ops/orders HTTP/1.1\r\nHost: x\r\n${lines}`)).slice(9, 12))
    const right = [`Authorization: Bearer ${SERVICE_KEY}`, `Authorization: Bearer ${SERVICE_KEY} `, `authorization: bEARER ${SERVICE_KEY}`]
    for (const lines of right) expect(await status(lines), lines).toBe(200)
    const wrong = [
      `apikey: ${SERVICE_KEY}`,
      `X-Api-Key: ${SERVICE_KEY}`,
      `Authorization: ${SERVICE_KEY}`,
      `Authorization: Basic ${Buffer.from(`service:${SERVICE_KEY}`).toString('base64')}`,
      `Authorization: Bearer ${SERVICE_KEY.toUpperCase()}`,
      `Authorization: Bearer ${SERVICE_KEY},`,
      `Authorization: Bearer ${SERVICE_KEY.slice(0, -1)}`,
      `Authorization: Bearer ${SERVICE_KEY} ${SERVICE_KEY}`,
      `Authorization: Bearer x\r\nAuthorization: Bearer ${SERVICE_KEY}`,
      `Authorization: Bearer ${token}\r\nAuthorization: Bearer ${SERVICE_KEY}`,
      `Authorization: Bearer undefined\r\nCookie: ${cookie}`,
      `Authorization: Bearer %00.%00`,
      `Authorization: Bearer ${'a'.repeat(12_000)}`,
    ]
    for (const lines of wrong) expect([401, 403], lines.slice(0, 60)).toContain(await status(lines))
    for (const lines of [`Authorization: Bearer a\0b`, `Authorization: Bearer ${'a'.repeat(60_000)}`])
      expect([400, 431]).toContain(await status(lines))
  })
}
