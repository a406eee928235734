/**
 * Compares an answer with the recorded one: the same keys, types and values, where what a panel makes up (uuids,
 * times, tokens, its own address) may differ but must stay the same wherever it turns up again.
 */
export interface Names {
  /** What the recorded panel made up, to what ours did in its place. */
  ours: Map<string, string>
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|\.\d{6}Z)$/
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const ORIGIN = /http:\/\/127\.0\.0\.1:\d+/g
const REQUEST = /(request[_ ]id: )[0-9a-f-]+/g

/** What differs, as "place: recorded / ours"; nothing when they agree. */
export function differences(recorded: unknown, ours: unknown, names: Names, loose: string[] = [], place = ''): string[] {
  const differ = () => [`${place || 'body'}: ${JSON.stringify(recorded)?.slice(0, 200)} / ${JSON.stringify(ours)?.slice(0, 200)}`]
  const key = place.split('.').at(-1) ?? ''
  if (Array.isArray(recorded)) {
    if (!Array.isArray(ours) || ours.length !== recorded.length) return differ()
    return recorded.flatMap((item, at) => differences(item, ours[at], names, loose, `${place}.${at}`))
  }
  if (typeof recorded === 'object' && recorded !== null) {
    if (typeof ours !== 'object' || ours === null || Array.isArray(ours)) return differ()
    const [left, right] = [Object.keys(recorded).sort().join(), Object.keys(ours).sort().join()]
    if (left !== right) return [`${place || 'body'}: keys ${left} / ${right}`]
    return Object.entries(recorded).flatMap(([name, value]) =>
      differences(value, (ours as Record<string, unknown>)[name], names, loose, place ? `${place}.${name}` : name),
    )
  }
  if (typeof recorded !== typeof ours) return differ()
  if (loose.includes(key)) return []
  if (typeof recorded === 'string') return sameText(recorded, String(ours), key, names) ? [] : differ()
  return Object.is(recorded, ours) ? [] : differ()
}

function sameText(recorded: string, ours: string, key: string, names: Names): boolean {
  if (recorded === 'REDACTED') return ours.length > 0
  if (TIME.test(recorded)) return TIME.test(ours) && recorded.endsWith('Z') === ours.endsWith('Z')
  if (recorded.startsWith('<!DOCTYPE')) return title(recorded) === title(ours)
  if (key === 'identifier' && /^[0-9a-f]{8}$/.test(recorded)) return /^[0-9a-f]{8}$/.test(ours) && learn(names, recorded, ours)
  const [left, right] = [recorded, ours].map((text) => text.replace(ORIGIN, 'ORIGIN').replace(REQUEST, '$1'))
  const [theirs, mine] = [left?.match(UUID) ?? [], right?.match(UUID) ?? []]
  if (left?.replace(UUID, 'UUID') !== right?.replace(UUID, 'UUID')) return false
  return theirs.every((uuid, at) => learn(names, uuid, mine[at] ?? ''))
}

const title = (html: string): string =>
  html
    .match(/<title>(.*?)<\/title>/s)?.[1]
    ?.replace(ORIGIN, 'ORIGIN')
    .trim() ?? ''

/** A name seen before must be the same again; each of ours stands for one of theirs. */
export function learn(names: Names, recorded: string, ours: string): boolean {
  const known = names.ours.get(recorded)
  if (known !== undefined) return known === ours
  if ([...names.ours.values()].includes(ours)) return false
  names.ours.set(recorded, ours)
  if (recorded.length === 36) names.ours.set(recorded.slice(0, 8), ours.slice(0, 8))
  return true
}
