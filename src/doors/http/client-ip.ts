import { isIP } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * The client's address: the connection's own, or, behind `trustedProxies` reverse proxies, the entry of X-Forwarded-For
 * that the outermost of them wrote. What stands further left was written by the client and is not believed.
 */
export function clientIpOf(c: Context, trustedProxies: number): string {
  const direct = addressOf(c)
  if (trustedProxies === 0) return networkOf(direct) ?? direct
  const chain = (c.req.header('x-forwarded-for') ?? '').split(',')
  return networkOf(chain.at(-trustedProxies) ?? '') ?? networkOf(direct) ?? direct
}

const addressOf = (c: Context): string => {
  try {
    return getConnInfo(c).remote.address ?? 'unknown'
  } catch {
    // Requests made in-process (tests) have no socket.
    return 'local'
  }
}

/**
 * What limits count by: an IPv4 address, or the first 64 bits of an IPv6 one, since whoever has one has all of those.
 * @returns null for what is no address
 */
export function networkOf(text: string): string | null {
  // Some proxies add the client's port, which changes with every connection.
  const bare = text.trim().replace(/^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2')
  const address = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : null
  const [before = '', after] = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1).split('::')
  const [left, right] = [before.split(':').filter(Boolean), (after ?? '').split(':').filter(Boolean)]
  const groups = after === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return `${groups.slice(0, 4).join(':')}::`
}
