import type { z } from 'zod'
import type { World } from '../world.ts'
import type { Form } from './form.ts'
import { readParams } from './params.ts'

export type Method = 'GET' | 'POST' | 'DELETE'
/** A handler is synchronous: what it changes is changed at once or not at all. */
export interface Route {
  method: Method
  path: string
  pattern: RegExp
  run(world: World, form: Form, ids: string[]): object
}

/** @param path with `:id` for each captured part, e.g. `/v1/invoices/:id/pay`. */
export function route<S extends z.ZodType>(
  method: Method,
  path: string,
  shape: S,
  act: (world: World, ask: z.output<S>, id: string, second: string) => object,
): Route {
  return {
    method,
    path,
    pattern: new RegExp(`^${path.replace(/:[a-z]+/g, '([^/]+)')}$`),
    run: (world, form, ids) => act(world, readParams(shape, form), ids[0] ?? '', ids[1] ?? ''),
  }
}
