import { Failure } from '../../kit/failure.ts'
import type { Send } from './send.ts'
import { resourcesShape } from './shapes.ts'
import type { Panel } from './types.ts'

const STATES = ['running', 'starting', 'stopping', 'offline'] as const

/** The Client API's word on whether a server runs, up to 20 s old (the panel caches it). null: cannot be known now. */
export function powerState(client: Send | null): Panel['powerState'] {
  return async (call, identifier) => {
    if (!client) return null
    const asked = { method: 'GET', path: `/api/client/servers/${encodeURIComponent(identifier)}/resources` } as const
    try {
      const state = await client.orNull(call, asked, resourcesShape)
      return STATES.find((known) => known === state) ?? null
    } catch (error) {
      // 409 while it installs or is suspended, for administrators too.
      if (error instanceof Failure && error.facts['panelCode'] === 'ServerStateConflictException') return null
      throw error
    }
  }
}
