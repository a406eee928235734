import { denied, unauthenticated } from './errors.ts'
import type { KeyRow, UserRow } from './rows.ts'
import type { Resource } from './seed.ts'
import type { Store } from './store.ts'

/** Who is calling, and with what. */
export interface Caller {
  key: KeyRow
  user: UserRow
}

/** @throws 401 whatever is wrong with the key: absent, unknown, misspelt, its owner gone */
export function authenticate(store: Store, authorization: string | undefined): Caller {
  const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : ''
  const key = token === '' ? undefined : store.keys.where('token', token)[0]
  const user = key && store.users.get(key.user_id)
  if (!key || !user) throw unauthenticated()
  return { key, user }
}

/** @throws 403 for a key that is bound to other addresses */
export function checkAddress({ key }: Caller, address: string): void {
  if (key.allowed_ips.length === 0 || key.allowed_ips.includes(address)) return
  throw denied(`This IP address (${address}) does not have permission to access the API using these credentials.`)
}

/** 1 read, 2 write. An administrator's client key may do everything here. */
export const may = ({ key }: Caller, resource: Resource, bit: 1 | 2): boolean =>
  key.type === 'client' || key.permissions === null || ((key.permissions[resource] ?? 0) & bit) !== 0
