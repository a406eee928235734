import { may } from '../auth.ts'
import { crashed } from '../errors.ts'
import type { Includes } from '../laravel/query.ts'
import type { AllocationRow, EggRow, LocationRow, NestRow, NodeRow, ServerRow, UserRow } from '../rows.ts'
import type { Resource } from '../seed.ts'
import type { Visit } from '../world.ts'

/** The panel's JSON: `{object, attributes}`, lists, and what was asked for with `include` under `relationships`. */
export interface Item {
  object: string
  attributes: Record<string, unknown> | null
}
interface List {
  object: 'list'
  data: Item[]
}
const NULL_RESOURCE: Item = { object: 'null_resource', attributes: null }

/** One thing that can be included: which permission it needs, and how it is made. */
interface Include<T> {
  needs: Resource | null
  make: (row: T, visit: Visit, deeper: Includes) => Item | List | null
}
export interface Shape<T> {
  object: string
  attributes: (row: T, visit: Visit) => Record<string, unknown>
  includes: Record<string, Include<T>>
}

/** An include that the key may not read comes as a null resource, without an error; an unknown one is left out. */
export function item<T>(shape: Shape<T>, row: T, visit: Visit, asked: Includes = visit.includes): Item {
  const attributes = shape.attributes(row, visit)
  const wanted = Object.entries(shape.includes).filter(([name]) => Object.hasOwn(asked, name))
  if (wanted.length === 0) return { object: shape.object, attributes }
  const relationships = Object.fromEntries(
    wanted.map(([name, { needs, make }]) => [
      name,
      (needs === null || may(visit.caller, needs, 1) ? make(row, visit, asked[name] ?? {}) : null) ?? NULL_RESOURCE,
    ]),
  )
  return { object: shape.object, attributes: { ...attributes, relationships } }
}

export const list = <T>(shape: Shape<T>, rows: T[], visit: Visit, asked: Includes = visit.includes): List => ({
  object: 'list',
  data: rows.map((row) => item(shape, row, visit, asked)),
})

/** What each object is made from. */
interface RowOf {
  user: UserRow
  server: ServerRow
  node: NodeRow
  allocation: AllocationRow
  location: LocationRow
  nest: NestRow
  egg: EggRow
}
type Shapes = { [Name in keyof RowOf]?: Shape<RowOf[Name]> }

/** Resources include one another in circles; so an include names the other one, and its shape is found when it is asked for. */
const shapes: Shapes = {}
export function define<Name extends keyof RowOf>(object: Name, shape: Shape<RowOf[Name]>): Shape<RowOf[Name]> {
  Object.assign(shapes, { [object]: shape })
  return shape
}
function shapeOf<Name extends keyof RowOf>(object: Name): Shape<RowOf[Name]> {
  const shape: Shapes[Name] = shapes[object]
  if (!shape) throw new Error(`no shape of ${object} is loaded`)
  return shape
}

/** Include another row, or many, under a permission. */
export const one = <T, Name extends keyof RowOf>(
  needs: Resource,
  object: Name,
  find: (row: T, visit: Visit) => RowOf[Name] | undefined,
): Include<T> => ({
  needs,
  make: (row, visit, deeper) => {
    const found = find(row, visit)
    return found === undefined ? null : item(shapeOf(object), found, visit, deeper)
  },
})
export const many = <T, Name extends keyof RowOf>(
  needs: Resource,
  object: Name,
  find: (row: T, visit: Visit) => RowOf[Name][],
): Include<T> => ({
  needs,
  make: (row, visit, deeper) => list(shapeOf(object), find(row, visit), visit, deeper),
})
/** Announced by the panel and not there: asking for it fails. */
export const broken = <T>(): Include<T> => ({
  needs: null,
  make: () => {
    throw crashed('TypeError')
  },
})
