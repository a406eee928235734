import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { World } from '../world.ts'
import { noSuchKey } from './errors.ts'
import { type ApiKey, endKey, lockKey } from './store/keys.ts'

/** Ends a key from the next request on. Safe to do twice: the first one counts. @throws Failure `accounts.no_such_key` */
export const revokeKey = (
  world: Pick<World, 'db' | 'now'>,
  ask: { by: Actor; id: string; reason: string; requestId?: string | null },
): Promise<ApiKey> =>
  world.db.tx(async (tx) => {
    const key = await lockKey(tx, ask.id)
    if (!key) throw noSuchKey()
    if (key.revokedAt) return key
    const at = world.now()
    await endKey(tx, key.id, at)
    await record(tx, {
      by: ask.by,
      did: 'accounts.revoke_key',
      to: { type: 'key', id: key.id },
      why: ask.reason,
      details: { name: key.name, publicId: key.publicId, scopes: key.scopes },
      requestId: ask.requestId ?? null,
      at,
    })
    return { ...key, revokedAt: at }
  })
