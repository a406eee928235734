import { KEY_SCOPES, type KeyScope } from '../../src/accounts/contract.ts'
import { makeKey } from '../../src/accounts/index.ts'
import { SERVICE_KEY } from '../kit/stack.ts'
import type { Ask, Attacker, Person } from './attacker.ts'

/** Everybody who can knock: strangers, the service key, customers, staff, and API keys of each scope and state. */
export const CALLERS = [
  'nobody',
  'garbage',
  'empty',
  'service',
  'owner',
  'cookie',
  'bearer',
  'unverified',
  'no factor',
  'support',
  'operator',
  'admin',
  'key read',
  'key operate',
  'key admin',
  'key metrics',
  'key expired',
  'key revoked',
] as const
export type Caller = (typeof CALLERS)[number]
export type Answers = Record<Caller, number>

export const all = (status: number): Answers => Object.fromEntries(CALLERS.map((caller) => [caller, status])) as Answers
/** Whose credentials are none, or over. */
const STRANGERS = { nobody: 401, garbage: 401, empty: 401, 'key expired': 401, 'key revoked': 401 }
const KEYS = { 'key read': 403, 'key operate': 403, 'key admin': 403, 'key metrics': 403 }
/** Staff without the second factor are no more than customers. */
const CUSTOMERS = { owner: 403, cookie: 403, bearer: 403, unverified: 403, 'no factor': 403 }

/** For any signed-in person; `owner` is whose thing it is. */
export const persons = (status: number, owner = status): Answers => ({ ...all(status), ...STRANGERS, ...KEYS, service: 403, owner })
export const fromSupport = (status: number): Answers => ({ ...all(status), ...STRANGERS, ...CUSTOMERS, 'key metrics': 403 })
export const fromOperator = (status: number): Answers => ({ ...fromSupport(status), support: 403, 'key read': 403 })
export const fromAdmin = (status: number): Answers => ({ ...fromOperator(status), operator: 403, 'key operate': 403 })
/** What gives access: a key may not, whatever its scope. */
export const fromAdminNoKey = (status: number): Answers => ({ ...fromAdmin(status), 'key admin': 403 })
export const figures = (status: number): Answers => ({ ...fromSupport(status), 'key metrics': status })
export const serviceOnly = (status: number): Answers => ({ ...all(403), ...STRANGERS, service: status })

/** A key as the shop makes it. @param days until it ends; below zero: it has ended */
export async function keyOf(a: Attacker, scope: KeyScope, days = 1): Promise<{ id: string; text: string }> {
  const world = { db: a.stack.db, now: () => new Date() }
  const by = { kind: 'cli', id: 'cli:root@attack', role: 'admin' } as const
  const { key, text } = await makeKey(world, { by, name: `for ${scope}`, scopes: [scope], expiresInDays: days, reason: 'the attack' })
  return { id: key.id, text }
}

/** Makes them all. @param owner of the things that the walk asks for. @returns what they send, and who they are */
export async function everyCaller(a: Attacker, owner: Person): Promise<{ as: Record<Caller, Ask>; self: Partial<Record<Caller, Person>> }> {
  const [customer, unverified, support, operator, admin, factorless] = await Promise.all([
    a.person(),
    a.person({ verified: false }),
    a.person({ role: 'support' }),
    a.person({ role: 'operator' }),
    a.person({ role: 'admin' }),
    a.person({ role: 'admin', factor: false }),
  ])
  const keys = await Promise.all(KEY_SCOPES.map(async (scope) => [`key ${scope}`, { bearer: (await keyOf(a, scope)).text }] as const))
  const [expired, revoked] = [await keyOf(a, 'admin', -1), await keyOf(a, 'admin')]
  await a.rows('update api_keys set revoked_at = now() where id = $1', [revoked.id])
  const as = {
    nobody: {},
    garbage: { bearer: 'garbage' },
    empty: { bearer: '' },
    service: { bearer: SERVICE_KEY },
    owner: { bearer: owner.token },
    cookie: { cookie: customer.cookie },
    bearer: { bearer: customer.token },
    unverified: { bearer: unverified.token },
    'no factor': { cookie: factorless.cookie },
    support: { bearer: support.token },
    operator: { bearer: operator.token },
    admin: { cookie: admin.cookie },
    'key expired': { bearer: expired.text },
    'key revoked': { bearer: revoked.text },
    ...(Object.fromEntries(keys) as Record<`key ${KeyScope}`, Ask>),
  }
  return { as, self: { owner, cookie: customer, bearer: customer, unverified, support, operator, admin, 'no factor': factorless } }
}
