import { must, noRoute, wrongMethod } from './errors.ts'
import type { AllocationRow, EggRow, LocationRow, NestRow, NodeRow, ServerRow, UserRow } from './rows.ts'
import type { Resource } from './seed.ts'
import type { Store } from './store.ts'
import type { Reply, Visit } from './world.ts'

/** What a name in a path stands for: a row of the panel, looked up before anything else, or the text itself. */
interface Bindings {
  user: UserRow
  server: ServerRow
  node: NodeRow
  location: LocationRow
  allocation: AllocationRow
  nest: NestRow
  egg: EggRow
}
type Names<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type Bound<P extends string> = { [N in Names<P>]: N extends keyof Bindings ? Bindings[N] : string }

export interface Route {
  method: string
  /** "api/application/users/{user}"; a name with a question mark may be left out. */
  path: string
  /** What an application key must be allowed; null for routes that ask no key of that kind. */
  needs: { resource: Resource; bit: 1 | 2 } | null
  handle: (visit: Visit, bound: Record<string, unknown>) => Reply | Promise<Reply>
}

const LETTERS: Record<string, 1 | 2> = { r: 1, w: 2 }

/** @param access e.g. "servers:w", or null */
export function route<const P extends string>(
  method: string,
  path: P,
  access: `${Resource}:${'r' | 'w'}` | null,
  handle: (visit: Visit, bound: Bound<P>) => Reply | Promise<Reply>,
): Route {
  const [resource, letter = 'r'] = access?.split(':') ?? []
  return {
    method,
    path,
    needs: access === null ? null : { resource: resource as Resource, bit: LETTERS[letter] ?? 1 },
    handle: handle as Route['handle'],
  }
}

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** @returns how to find the route of a request @throws 404 or 405 from it, as the panel's router does before any key is looked at */
export function createRouter(routes: Route[]): (method: string, rawPath: string) => { route: Route; params: Record<string, string> } {
  const known = routes.map((each) => ({ route: each, regex: toRegex(each.path) }))
  return (method, rawPath) => {
    const path = decode(rawPath).replace(/^\/+|\/+$/g, '')
    const shown = rawPath.replace(/^\/+|\/+$/g, '')
    const matching = known.flatMap(({ route: each, regex }) => {
      const found = path.match(regex)
      return found ? [{ route: each, params: { ...found.groups } }] : []
    })
    const wanted = method === 'HEAD' ? 'GET' : method
    const hit = matching.find((each) => each.route.method === wanted)
    if (hit) return hit
    if (matching.length === 0) throw noRoute(shown)
    const allowed = VERBS.filter((verb) => matching.some((each) => each.route.method === (verb === 'HEAD' ? 'GET' : verb)))
    throw wrongMethod(method, shown, allowed)
  }
}

const toRegex = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\/\{(\w+)\?\}/g, '(?:/(?<$1>[^/]+))?').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`, 'u')

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** A number at the start of the text, as the database compares text with an id: "12abc" is 12, "abc" is 0. */
const idOf = (text: string): number => Number(text.match(/^\s*[+-]?\d+(\.\d+)?(e\d+)?/i)?.[0] ?? 0)

/** @throws 404 when a row of the path does not exist, or is not under the one before it */
export function bind(store: Store, params: Record<string, string>): Record<string, unknown> {
  const bound: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(params)) {
    if (text === undefined) continue
    const id = idOf(text)
    if (name === 'user') bound[name] = must(store.users.get(id))
    else if (name === 'server') bound[name] = must(store.servers.get(id))
    else if (name === 'node') bound[name] = must(store.nodes.get(id))
    else if (name === 'location') bound[name] = must(store.locations.get(id))
    else if (name === 'nest') bound[name] = must(store.nests.get(id))
    else if (name === 'egg') bound[name] = under(store.eggs.get(id), (egg) => egg.nest_id === (bound['nest'] as NestRow).id)
    else if (name === 'allocation') bound[name] = under(store.allocations.get(id), (each) => each.node_id === (bound['node'] as NodeRow).id)
    else bound[name] = text
  }
  return bound
}

const under = <T>(row: T | undefined, belongs: (row: T) => boolean): T => must(row && belongs(row) ? row : undefined)
