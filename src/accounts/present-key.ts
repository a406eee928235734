import type { KeyView } from './contract.ts'
import { keyState } from './rules.ts'
import type { ApiKey } from './store/keys.ts'

export const presentKey = (key: ApiKey & { createdByName?: string }, now: Date): KeyView => ({
  id: key.id,
  name: key.name,
  shown: `gw_live_${key.publicId}…`,
  scopes: key.scopes,
  state: keyState(key, now),
  createdBy: key.createdByName ?? key.createdBy,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
})
