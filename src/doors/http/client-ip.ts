import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * The client's address: the connection's own, or, behind `trustedProxies` reverse proxies, the entry of X-Forwarded-For
 * that the outermost of them wrote. What stands further left was written by the client and is not believed.
 */
export function clientIpOf(c: Context, trustedProxies: number): string {
  const direct = addressOf(c)
  if (trustedProxies === 0) return direct
  const chain = (c.req.header('x-forwarded-for') ?? '').split(',').map((one) => one.trim())
  return chain.at(-trustedProxies) || direct
}

const addressOf = (c: Context): string => {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    // Requests made in-process (tests) have no socket.
    return 'local'
  }
}
