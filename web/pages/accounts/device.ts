const BROWSERS: [name: string, sign: RegExp][] = [
  ['Edge', /Edg\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrom(?:e|ium)\//],
  ['Safari', /Safari\//],
]
const SYSTEMS: [name: string, sign: RegExp][] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
]
const nameIn = (list: [string, RegExp][], text: string) => list.find(([, sign]) => sign.test(text))?.[0]

/** A browser's long name for itself, in words its owner knows: "Firefox on Windows". */
export function deviceOf(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device'
  const [browser, system] = [nameIn(BROWSERS, userAgent), nameIn(SYSTEMS, userAgent)]
  if (browser) return system ? `${browser} on ${system}` : browser
  return userAgent.length > 40 ? `${userAgent.slice(0, 39)}…` : userAgent
}

/** An address as people write it. Of a long one only the network is kept, since whoever has one has all of those. */
export function addressOf(ipAddress: string | null): string {
  if (!ipAddress) return 'address unknown'
  if (!ipAddress.includes(':')) return ipAddress
  const short = URL.parse(`http://[${ipAddress}]`)?.hostname.slice(1, -1) ?? ipAddress
  return short === '::' || short === '::1' ? 'this machine' : short
}
