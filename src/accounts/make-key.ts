import { randomUUID } from 'node:crypto'
import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import { DAY, later } from '../kit/time.ts'
import type { World } from '../world.ts'
import type { KeyScope } from './contract.ts'
import { keysMakeNoAccess } from './errors.ts'
import { hashOfKey, newKeyText } from './key-text.ts'
import { type ApiKey, insertKey } from './store/keys.ts'

export interface MakeKey {
  by: Actor
  name: string
  scopes: KeyScope[]
  expiresInDays: number
  reason: string
  requestId?: string | null
}

/** Makes an API key. @returns it, and its text, which is told this once and kept nowhere */
export async function makeKey(world: Pick<World, 'db' | 'now'>, ask: MakeKey): Promise<{ key: ApiKey; text: string }> {
  if (ask.by.kind === 'key') throw keysMakeNoAccess()
  const { publicId, text } = newKeyText()
  const at = world.now()
  const key: ApiKey = {
    id: randomUUID(),
    name: ask.name,
    publicId,
    scopes: [...new Set(ask.scopes)].sort(),
    createdBy: ask.by.id,
    createdAt: at,
    expiresAt: later(at, ask.expiresInDays * DAY),
    lastUsedAt: null,
    revokedAt: null,
  }
  await world.db.tx(async (tx) => {
    await insertKey(tx, { ...key, hash: hashOfKey(text) })
    await record(tx, {
      by: ask.by,
      did: 'accounts.make_key',
      to: { type: 'key', id: key.id },
      why: ask.reason,
      details: { name: key.name, publicId, scopes: key.scopes, expiresAt: key.expiresAt.toISOString() },
      requestId: ask.requestId ?? null,
      at,
    })
  })
  return { key, text }
}
