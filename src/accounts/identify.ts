import { createHash, timingSafeEqual } from 'node:crypto'
import type { Actor } from '../kit/actor.ts'
import type { Failure } from '../kit/failure.ts'
import type { World } from '../world.ts'
import type { Auth } from './auth.ts'
import { Role } from './contract.ts'
import { authUnavailable, keyIsOver, secondFactorNeeded } from './errors.ts'
import { hashOfKey, looksLikeKey } from './key-text.ts'
import { keyState, roleOfScopes, secondFactorDue } from './rules.ts'
import { keyByHash, noteKeyUse } from './store/keys.ts'

export interface Identity {
  /** null: a stranger, or credentials that are none of ours. */
  actor: Actor | null
  /** Why the caller has less than the credentials seem to say. */
  refusal: Failure | null
  /** The session of a signed-in person. */
  sessionId: string | null
  /** Whether the person has confirmed the e-mail address. */
  verified: boolean
}
export const STRANGER: Identity = { actor: null, refusal: null, sessionId: null, verified: false }
const SERVICE: Identity = { ...STRANGER, actor: { kind: 'service', id: 'service_role', role: 'service' } }

export interface Locks {
  auth: Auth
  /** Empty: nobody is the service. */
  serviceKey: string
  /** Whether staff without a second factor may work. */
  staffSecondFactor: 'required' | 'optional'
}

/**
 * Who sends these headers: the service key, an API key or a session as `Authorization: Bearer …`, or a session's cookie.
 * A bearer token decides alone: with a wrong one the cookie is not looked at. Role, key and session are read from the
 * database each time. Staff who owe the second factor are customers until they prove it.
 */
export async function identify(world: Pick<World, 'db' | 'now'>, locks: Locks, headers: Headers): Promise<Identity> {
  const { serviceKey } = locks
  const authorization = headers.get('authorization')
  if (authorization === null) return sessionOf(locks, new Headers({ cookie: headers.get('cookie') ?? '' }))
  const token = /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
  if (!token) return STRANGER
  if (serviceKey !== '' && sameText(token, serviceKey)) return SERVICE
  if (looksLikeKey(token)) return holderOf(world, token)
  return sessionOf(locks, new Headers({ authorization: `Bearer ${token}` }))
}

async function holderOf(world: Pick<World, 'db' | 'now'>, text: string): Promise<Identity> {
  const key = await keyByHash(world.db.q, hashOfKey(text))
  if (!key) return STRANGER
  const now = world.now()
  const state = keyState(key, now)
  if (state !== 'live') return { ...STRANGER, refusal: keyIsOver(state) }
  await noteKeyUse(world.db.q, key, now)
  return { ...STRANGER, actor: { kind: 'key', id: `key:${key.publicId}`, role: roleOfScopes(key.scopes) } }
}

async function sessionOf({ auth, staffSecondFactor }: Locks, headers: Headers): Promise<Identity> {
  const found = await auth.api.getSession({ headers, query: { disableRefresh: true } }).catch(unread)
  if (!found) return STRANGER
  const { id, emailVerified } = found.user
  const role = Role.parse(found.user.role)
  const enrolled = found.user.twoFactorEnabled === true
  const due = secondFactorDue({ role, enrolled, proved: Boolean(found.session.secondFactorAt) }, staffSecondFactor)
  return {
    actor: { kind: 'user', id, role: due ? 'customer' : role },
    refusal: due ? secondFactorNeeded(enrolled) : null,
    sessionId: found.session.id,
    verified: emailVerified,
  }
}

/** The library hides what went wrong with our database behind an error of its own; who asks may try again. */
const unread = (cause: unknown): never => {
  throw authUnavailable(cause)
}

/** In the same time whatever differs, the length too. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
