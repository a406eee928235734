import type { SeenServer, Want } from './want.ts'

/**
 * What about a server on the panel is not as this order ordered it; empty: it is provably ours.
 * The external id alone proves nothing: anyone with the panel's key may have set it.
 */
export function differences(want: Want, seen: SeenServer): string[] {
  const ports = want.place?.allocations.map((one) => one.id) ?? []
  return [
    ...differencesOfKind(want, seen),
    ...differing('default allocation', ports[0] ?? null, seen.allocationId),
    ...differing('allocations', sorted(ports), sorted(seen.allocationIds)),
  ]
}

/** The same apart from where it stands: what only its maker could have made so. */
export function differencesOfKind(want: Want, seen: SeenServer): string[] {
  const wrong: string[] = []
  const expect = (name: string, ours: unknown, theirs: unknown) => wrong.push(...differing(name, ours, theirs))
  expect('external id', want.orderId, seen.externalId)
  expect('owner', want.ownerId, seen.ownerId)
  expect('egg', want.recipe?.eggId ?? null, seen.eggId)
  for (const name of ['memory', 'swap', 'disk', 'io', 'cpu'] as const) expect(`limit ${name}`, want.limits[name], seen.limits[name])
  return wrong
}

const differing = (name: string, ours: unknown, theirs: unknown): string[] =>
  ours === theirs ? [] : [`${name} is ${String(theirs)}, not ${String(ours)}`]

/** The limits of its plan, all of them. */
export const hasLimits = (want: Pick<Want, 'limits' | 'features'>, seen: Pick<SeenServer, 'limits' | 'features'>): boolean =>
  (['memory', 'swap', 'disk', 'io', 'cpu'] as const).every((name) => seen.limits[name] === want.limits[name]) &&
  (['databases', 'backups', 'allocations'] as const).every((name) => seen.features?.[name] === want.features[name])

/** Ports that were ours and that the server does not have: another create took them at the same moment. */
export const lostPorts = (want: Want, seen: SeenServer): number[] =>
  (want.place?.allocations ?? []).filter((one) => !seen.allocationIds.includes(one.id)).map((one) => one.port)

const sorted = (ids: number[]): string => ids.toSorted((a, b) => a - b).join(', ')
