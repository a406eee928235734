import { createHash, timingSafeEqual } from 'node:crypto'
import type { Actor } from '../kit/actor.ts'
import type { Auth } from './auth.ts'
import { Role } from './contract.ts'

export interface Identity {
  /** null: a stranger, or credentials that are none of ours. */
  actor: Actor | null
  /** Whether the person has confirmed the e-mail address. */
  verified: boolean
}
const STRANGER: Identity = { actor: null, verified: false }
const SERVICE: Identity = { actor: { kind: 'service', id: 'service_role', role: 'service' }, verified: false }

/**
 * Who sends these headers: the service key or a session as `Authorization: Bearer …`, or a session's cookie.
 * A bearer token decides alone: with a wrong one the cookie is not looked at. Role and session are read from the database each time.
 * @param serviceKey empty: nobody is the service
 */
export async function identify(auth: Auth, headers: Headers, serviceKey: string): Promise<Identity> {
  const authorization = headers.get('authorization')
  if (authorization === null) return sessionOf(auth, new Headers({ cookie: headers.get('cookie') ?? '' }))
  const token = /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
  if (!token) return STRANGER
  if (serviceKey !== '' && sameText(token, serviceKey)) return SERVICE
  return sessionOf(auth, new Headers({ authorization: `Bearer ${token}` }))
}

async function sessionOf(auth: Auth, headers: Headers): Promise<Identity> {
  const found = await auth.api.getSession({ headers, query: { disableRefresh: true } })
  if (!found) return STRANGER
  const { id, role, emailVerified } = found.user
  return { actor: { kind: 'user', id, role: Role.parse(role) }, verified: emailVerified }
}

/** In the same time whatever differs, the length too. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
