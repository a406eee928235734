import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

/** A sandbox keeps no real secrets, yet a journal on disk shall not hold passwords in the clear. */
const COST = { N: 1024, r: 8, p: 1 }

export function hashPassword(password: string): string {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${scryptSync(password, salt, 32, COST).toString('base64url')}`
}

export function passwordMatches(hash: string | null, password: string): boolean {
  const [salt, key] = (hash ?? '').split('.')
  if (!salt || !key) return false
  const expected = Buffer.from(key, 'base64url')
  return timingSafeEqual(expected, scryptSync(password, Buffer.from(salt, 'base64url'), expected.length, COST))
}
