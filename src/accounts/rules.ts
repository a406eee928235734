import type { Actor } from '../kit/actor.ts'
import { MINUTE } from '../kit/time.ts'
import { type KeyScope, ROLES, type Role } from './contract.ts'

export const minuteOf = (at: Date): number => Math.floor(at.getTime() / MINUTE)

/** A name as it goes into mails and onto the panel: one line, at most 80 characters, never empty. */
export const personName = (text: string): string =>
  [
    ...text
      .replace(/\p{C}+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, 80)
    .join('')
    .trim() || 'Customer'

/**
 * Whether an address that a client asks to be sent to is a page of ours. It is resolved as browsers do it:
 * `/..//elsewhere` is `//elsewhere`, and that is another host.
 */
export function isOwnPage(target: unknown, publicUrl: string): boolean {
  if (typeof target !== 'string' || !URL.canParse(target, publicUrl)) return false
  const { origin, pathname } = new URL(target, publicUrl)
  return origin === new URL(publicUrl).origin && !pathname.startsWith('//')
}

/** SMTP's longest; what is longer was not typed by its owner. */
const EMAIL_LENGTH_MAX = 254
export const isEmail = (text: string): boolean => text.length <= EMAIL_LENGTH_MAX && /^[^\s@]+@[^\s@]+$/.test(text)

/** The panel wants both names; a single one stands for both. */
export function panelNames(name: string): { firstName: string; lastName: string } {
  const [first = 'Customer', ...rest] = personName(name).split(' ')
  return { firstName: first, lastName: rest.join(' ') || first }
}

/**
 * A user name that the panel takes: lower case, at least 3 of `a-z 0-9 _ . -`, a letter or digit at both ends.
 * @param suffix lower-case letters and digits, so that two customers with one local part differ
 */
export function panelUsername(email: string, suffix: string): string {
  const local = (email.split('@')[0] ?? '').normalize('NFKD').toLowerCase()
  const stem = local.replace(/[^a-z0-9_.-]/g, '').replace(/^[_.-]+/, '')
  return `${stem.slice(0, 24) || 'player'}-${suffix}`
}

/** The part of a panel user that decides whose it is. */
export interface Claimed {
  externalId: string | null
  rootAdmin: boolean
}

/** What to do with a panel user that was found, and why not where it is not ours to take. */
export type Claim = { take: 'ours' | 'adopt' } | { take: 'never'; why: string }

/**
 * Whether a panel user found by our external id or by the customer's exact address may stand for the customer.
 * An address alone proves nothing until its owner has confirmed it to us.
 */
export function claim(found: Claimed, user: { id: string; emailVerified: boolean }): Claim {
  if (found.rootAdmin) return { take: 'never', why: 'that panel account is an administrator’s' }
  if (found.externalId === user.id) return { take: 'ours' }
  if (found.externalId !== null) return { take: 'never', why: 'that panel account belongs to another external id' }
  if (!user.emailVerified) return { take: 'never', why: 'the customer has not confirmed the address yet' }
  return { take: 'adopt' }
}

/** Resetting somebody's panel password is for the service key and for operators; never for the customer. */
export const mayResetPassword = (by: Actor): boolean => ['service', 'operator', 'admin'].includes(by.role)

/** What follows from a POST /users that did not succeed. */
export type NextMove =
  /** The user name is taken: another one. */
  | 'other_username'
  /** Somebody has our external id or the address, or the panel broke half-way (and rolled back): look whose it is. */
  | 'look_up'
  /** No answer: it may have been made. */
  | 'unknown'
  /** Nothing was made, and the same again would fare no better now. */
  | 'give_up'

/** The part of an adapter's `PanelFacts` that decides; empty when the call never left the house. */
export interface CreateAnswer {
  answered?: boolean
  status?: number | null
  refused?: Record<string, unknown>
}

/** @see notes on the panel: unique fields are checked, then inserted, without a lock, so a lost race is a 500 */
export function nextMove({ answered, status, refused = {} }: CreateAnswer): NextMove {
  if (answered === false) return 'unknown'
  if (answered === undefined || !status) return 'give_up'
  if (status >= 500) return 'look_up'
  const fields = Object.keys(refused)
  if (status !== 422 || fields.length === 0) return 'give_up'
  if (fields.includes('email') || fields.includes('external_id')) return 'look_up'
  return fields.every((field) => field === 'username') ? 'other_username' : 'give_up'
}

export const keyState = (key: { expiresAt: Date; revokedAt: Date | null }, now: Date): 'live' | 'expired' | 'revoked' =>
  key.revokedAt ? 'revoked' : key.expiresAt <= now ? 'expired' : 'live'

/** A key acts in one role, the highest that its scopes give. */
export function roleOfScopes(scopes: readonly KeyScope[]): Actor['role'] {
  if (scopes.includes('admin')) return 'admin'
  if (scopes.includes('operate')) return 'operator'
  return scopes.includes('read') ? 'support' : 'metrics'
}

/** Whether staff owe the second factor: who has one proves it in each session, who has none sets one up where it is required. */
export const secondFactorDue = (person: { role: Role; enrolled: boolean; proved: boolean }, mode: 'required' | 'optional'): boolean =>
  person.role !== 'customer' && !person.proved && (person.enrolled || mode === 'required')

/** Wrong passwords for one e-mail, whatever addresses they come from. */
export const FAILED_SIGN_INS = { max: 10, windowMs: 15 * MINUTE } as const

/** Whether the first role may less than the second. */
export const isLess = (a: Role, b: Role): boolean => ROLES.indexOf(a) < ROLES.indexOf(b)
