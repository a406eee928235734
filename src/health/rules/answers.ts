import type { StatusClass } from '../../db/tables-of-health.ts'

const FUNCTION = /^\/functions\/v1\/([a-z-]+)$/
const FUNCTIONS = ['servers-provision', 'stripe-webhook', 'create-checkout-session', 'create-pterodactyl-user']

/** Under which name an answer of ours is counted; null: pages, pictures and probes are not. */
export function answeredBy(method: string, path: string): string | null {
  if (method === 'OPTIONS') return null
  const fn = FUNCTION.exec(path)?.[1]
  if (fn) return FUNCTIONS.includes(fn) ? fn : null
  return path.startsWith('/api/') ? 'api' : null
}

export const statusClassOf = (status: number): StatusClass => {
  if (status >= 500) return '5xx'
  if (status >= 400) return '4xx'
  return status >= 300 ? '3xx' : '2xx'
}

/**
 * What an answer to a call says of Stripe and our key; null: nothing. A restricted key may lack the right to read webhook
 * endpoints, which we only look at, and is a good key all the same.
 */
export function judgeStripe(path: string, status: number | null): 'ok' | 'refused' | 'unreachable' | null {
  if (status === null) return 'unreachable'
  if (status === 401) return 'refused'
  if (status === 403) return path.startsWith('/v1/webhook_endpoints') ? null : 'refused'
  return status >= 500 ? 'unreachable' : 'ok'
}
