/** Who does a thing: a signed-in person, the holder of the service key or of an API key, somebody at the host's shell, or the system itself. */
export interface Actor {
  kind: 'user' | 'service' | 'key' | 'cli' | 'system'
  /** User id, `service_role`, `key:<its public id>`, `cli:root@host`, or the name of the part of the system (`servers`, `sweep`). */
  id: string
  role: 'metrics' | 'customer' | 'support' | 'operator' | 'admin' | 'service' | 'system'
}
export const systemActor = (part: string): Actor => ({ kind: 'system', id: part, role: 'system' })
