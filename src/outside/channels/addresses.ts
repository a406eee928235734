import type { LookupAddress } from 'node:dns'
import { lookup as resolve } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { addressRefused } from './failures.ts'

/** What is not the public internet: this host, private networks, link-local (clouds keep their metadata there), reserved, multicast. */
const NOT_PUBLIC = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, 'ipv4')
/** Of IPv6 only 2000::/3 is public, and in it are these that are not, or lead to an IPv4 address that may be anything. */
const PUBLIC_6 = new BlockList()
PUBLIC_6.addSubnet('2000::', 3, 'ipv6')
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  NOT_PUBLIC.addSubnet(net, bits, 'ipv6')

export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !NOT_PUBLIC.check(address, 'ipv4')
  return family === 6 && PUBLIC_6.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6')
}

/** The address as a URL that may be called. @throws channels.address_refused */
export function callable(text: string, options: { anywhere: boolean }): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) throw addressRefused('It is no address.')
  if (url.protocol !== 'https:' && !(options.anywhere && url.protocol === 'http:')) throw addressRefused('It must begin with https://.')
  if (url.username || url.password) throw addressRefused('It holds a login.')
  const host = hostOf(url)
  if (!options.anywhere && (isIP(host) ? !isPublic(host) : !host.includes('.') || /\.(?:local|localhost|internal|home\.arpa)$/i.test(host)))
    throw addressRefused('It names a host that is not on the public internet.')
  return url
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

/** Asked once, and the connection goes to what was checked: a name that answers otherwise the second time leads nowhere else. */
export async function resolved(
  url: URL,
  options: { anywhere: boolean; lookup?: (host: string) => Promise<LookupAddress[]> },
): Promise<LookupAddress> {
  const host = hostOf(url)
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await (options.lookup ?? everyAddress)(host)
  if (!options.anywhere && found.some(({ address }) => !isPublic(address)))
    throw addressRefused('Its name leads to an address that is not on the public internet.')
  const [first] = found
  if (!first) throw addressRefused('Its name leads nowhere.')
  return first
}

const everyAddress = (host: string): Promise<LookupAddress[]> => resolve(host, { all: true })
