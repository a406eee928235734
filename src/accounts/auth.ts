import { randomUUID } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { APIError, isAPIError } from 'better-auth/api'
import { bearer, twoFactor } from 'better-auth/plugins'
import { record } from '../audit/index.ts'
import type { Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { Log } from '../kit/log.ts'
import { DAY, SECOND } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { Role } from './contract.ts'
import { signInAgain } from './limit-sign-ins.ts'
import { isEmail, minuteOf, personName } from './rules.ts'
import { endSessions } from './store/sessions.ts'
import { authTables, setEmailVerified } from './store/users.ts'

/** The mails of this room. They go into the outbox, so that a mail server that is down never fails a sign-up. */
export type AccountMail = {
  [Template in keyof Mails]: {
    userId: string | null
    toEmail: string
    template: Template
    props: Mails[Template]
    dedupeKey: string
    at: Date
  }
}[keyof Mails]
interface Mails {
  verify_email: { name: string; url: string }
  reset_password: { name: string; url: string }
  already_registered: { name: string }
}

export interface AuthConfig {
  /** Signs cookies and links. */
  secret: string
  /** From one address. */
  signUpsPerMinute: number
  /** From one address; when left out 20, or twice the sign-ups, since each is followed by a sign-in. */
  signInsPerMinute?: number
  /** The outbox, `messages.post`: that room lies to the right of this one, so the door passes it. */
  post: (tx: Tx, mail: AccountMail) => Promise<void>
}

/** Set by our own door from the connection; whatever a client sends under this name is dropped (see routes.ts). */
export const CLIENT_IP_HEADER = 'x-givrwrld-client-ip'
export const AUTH_PATH = '/api/auth'
export const VERIFY_TOTP = '/two-factor/verify-totp'
export const VERIFY_BACKUP_CODE = '/two-factor/verify-backup-code'
/** What an authenticator app shows above the code. */
const ISSUER = 'GIVRWRLD Servers'

const SESSION_MS = 30 * DAY
/** Longer than the outbox tries to deliver: a late mail still holds a link that works. */
const VERIFY_LINK_MS = 7 * DAY
const RESET_LINK_MS = DAY
const perMinute = (max: number) => ({ window: 60, max })

export type Auth = ReturnType<typeof createAuth>

/** better-auth over schema `auth`: e-mail and password, a second factor, sessions by cookie or as a bearer token. */
export function createAuth(world: Pick<World, 'db' | 'now' | 'log' | 'shop'>, config: AuthConfig) {
  const { publicUrl } = world.shop
  const send = (mail: AccountMail) => world.db.tx((tx) => config.post(tx, mail))
  // One mail of a kind in a minute: asking again at once must not fill a stranger's inbox.
  const letterTo = (user: { id: string; email: string }, kind: string) => {
    const at = world.now()
    return { userId: user.id, toEmail: user.email, dedupeKey: `${kind}:${user.id}:${minuteOf(at)}`, at }
  }
  return betterAuth({
    appName: ISSUER,
    baseURL: publicUrl,
    basePath: AUTH_PATH,
    secret: config.secret,
    trustedOrigins: [publicUrl],
    database: { db: authTables(world.db.q), type: 'postgres', transaction: true },
    // In this order: a session that waits for its second factor must be gone before anything hands its token out.
    plugins: [twoFactor({ issuer: ISSUER }), bearer()],
    user: { additionalFields: { role: { type: 'string', input: false, required: false, defaultValue: 'customer' satisfies Role } } },
    session: {
      expiresIn: SESSION_MS / SECOND,
      updateAge: DAY / SECOND,
      additionalFields: { secondFactorAt: { type: 'date', required: false, input: false } },
    },
    emailAndPassword: {
      enabled: true,
      // With this off a sign-up is answered the same whether the address is known or not; the client signs in next.
      autoSignIn: false,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      resetPasswordTokenExpiresIn: RESET_LINK_MS / SECOND,
      revokeSessionsOnPasswordReset: true,
      // Our own page takes the token; where a client wants to be sent plays no part in it.
      sendResetPassword: ({ user, token }) =>
        send({
          ...letterTo(user, 'reset_password'),
          template: 'reset_password',
          props: { name: user.name, url: `${publicUrl}/reset-password?token=${encodeURIComponent(token)}` },
        }),
      // The token came by mail, so the address is theirs.
      onPasswordReset: async ({ user }) => {
        await setEmailVerified(world.db.q, user.id, world.now())
        await signInAgain(world, user.email)
      },
      onExistingUserSignUp: ({ user }) =>
        send({ ...letterTo(user, 'already_registered'), template: 'already_registered', props: { name: user.name } }),
    },
    emailVerification: {
      sendOnSignUp: true,
      // Who opens the link goes on where the sign-up left off, without typing the password once more.
      autoSignInAfterVerification: true,
      expiresIn: VERIFY_LINK_MS / SECOND,
      sendVerificationEmail: ({ user, url }) =>
        send({ ...letterTo(user, 'verify_email'), template: 'verify_email', props: { name: user.name, url } }),
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => {
            if (!isEmail(user.email)) throw APIError.fromStatus('BAD_REQUEST', { code: 'INVALID_EMAIL' })
            return { data: { ...user, name: personName(user.name), image: null } }
          },
        },
        update: {
          after: async (user, context) => {
            if (context?.path !== VERIFY_TOTP || user['twoFactorEnabled'] !== true) return
            await noteEnrolment(world, { userId: user.id, sessionId: context.context.session?.session.id ?? null })
          },
        },
      },
      session: {
        create: {
          // Such a session is only made once a code was right.
          before: async (session, context) => {
            const proved = context?.path === VERIFY_TOTP || context?.path === VERIFY_BACKUP_CODE
            return { data: { ...session, secondFactorAt: proved ? world.now() : null } }
          },
        },
      },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: {
        '/sign-up/email': perMinute(config.signUpsPerMinute),
        '/sign-in/email': perMinute(config.signInsPerMinute ?? Math.max(20, 2 * config.signUpsPerMinute)),
        '/request-password-reset': perMinute(5),
        '/send-verification-email': perMinute(5),
        '/reset-password': perMinute(10),
        '/two-factor/*': perMinute(20),
        '/get-session': false,
      },
    },
    advanced: {
      cookiePrefix: 'givrwrld',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      // Said aloud, because both would be off by default where NODE_ENV is "test".
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      database: { generateId: () => randomUUID() },
    },
    telemetry: { enabled: false },
    // Its refusals are answers, not faults; routes.ts tells them to the client.
    onAPIError: { onError: (error) => reportFault(world.log, error) },
    logger: { level: 'warn', log: writeLog(world.log) },
  })
}

/** Whoever signed in before, without the second factor, has to sign in again: the one who enrols stays. */
const noteEnrolment = (world: Pick<World, 'db' | 'now'>, { userId, sessionId }: { userId: string; sessionId: string | null }) =>
  world.db.tx(async (tx) => {
    const ended = await endSessions(tx, { userId, but: sessionId })
    const by: Actor = { kind: 'user', id: userId, role: 'customer' }
    await record(tx, { by, did: 'accounts.enrol_second_factor', to: { type: 'user', id: userId }, details: { ended }, at: world.now() })
  })

function reportFault(log: Log, error: unknown): void {
  if (isAPIError(error) && error.statusCode < 500) return
  log.error({ part: 'better-auth', err: error }, 'a request to better-auth failed')
}

/** Its own texts alone: what it adds may hold addresses and tokens. */
const writeLog =
  (log: Log) =>
  (level: 'debug' | 'info' | 'success' | 'warn' | 'error', text: string, ...rest: unknown[]): void => {
    const error = rest.find((one) => one instanceof Error)
    log.warn({ part: 'better-auth', level, ...(error ? { error: error.message } : {}) }, text)
  }
