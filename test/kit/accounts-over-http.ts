import { type Auth, type AuthConfig, accountRoutes, createAuth, identify } from '../../src/accounts/index.ts'
import type { Actor } from '../../src/kit/actor.ts'
import { Failure } from '../../src/kit/failure.ts'
import { silentLog } from '../../src/kit/log.ts'
import { newRouter } from '../../src/kit/routes.ts'
import { post } from '../../src/messages/index.ts'
import type { TestDb } from './database.ts'

export const SERVICE_KEY = 'service-key-of-the-tests-0123456789abcdef'
export const PASSWORD = 'correct horse battery'

/** The accounts room over HTTP, as the door mounts it: who asks, the routes, failures as JSON. */
export function accountsOverHttp(
  db: TestDb,
  config: Partial<AuthConfig> & { publicUrl?: string; staffSecondFactor?: 'required' | 'optional' } = {},
) {
  const publicUrl = config.publicUrl ?? 'http://shop.test'
  const shop = { publicUrl, supportUrl: 'mailto:help@shop.test', panelUrl: 'http://panel.test', app: 'givrwrld' }
  const world = { db, shop, log: silentLog, now: () => new Date() }
  const auth: Auth = createAuth(world, { secret: 'a secret of the tests, 32 characters long', signUpsPerMinute: 100, post, ...config })
  const app = newRouter()
  let clientIp = '203.0.113.1'
  app.onError((error, c) => {
    if (!(error instanceof Failure)) throw error
    return c.json({ type: error.code, detail: error.say, next: error.next }, error.status as 400)
  })
  app.use('*', async (c, next) => {
    const found = await identify(
      world,
      { auth, serviceKey: SERVICE_KEY, staffSecondFactor: config.staffSecondFactor ?? 'optional' },
      c.req.raw.headers,
    )
    c.set('actor', found.actor)
    c.set('refusal', found.refusal)
    c.set('sessionId', found.sessionId)
    c.set('verified', found.verified)
    c.set('clientIp', clientIp)
    c.set('requestId', 'r1')
    await next()
  })
  app.route('/', accountRoutes(world, auth))

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(`${publicUrl}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), origin: publicUrl, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    world,
    auth,
    app,
    send,
    comeFrom: (address: string) => {
      clientIp = address
    },
    signUp: (email: string, extra: object = {}) =>
      send('POST', '/api/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD, ...extra }),
    /** @returns the session token of a customer who is signed up and signed in */
    async customer(email: string): Promise<{ token: string; id: string }> {
      await send('POST', '/api/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD })
      const answer = await send('POST', '/api/auth/sign-in/email', { email, password: PASSWORD })
      const { token, user } = (await answer.json()) as { token: string; user: { id: string } }
      return { token, id: user.id }
    },
    mails: (email: string) => db.q.selectFrom('messages').selectAll().where('to_email', '=', email).orderBy('created_at').execute(),
  }
}
export const CLI: Actor = { kind: 'cli', id: 'cli:root@test', role: 'system' }
