import type { z } from 'zod'
import type { Send } from './send.ts'
import { pageShape } from './shapes.ts'
import type { PanelCall } from './types.ts'

/** No maximum on the panel's side; 500 servers are about 1 MB and take it half a second. */
export const PER_PAGE = 500

/**
 * Every page of a list. The next address is built here: the panel's own `links.next` drops page size, filters and order.
 * Without `sort` the panel gives the database no order, so that rows could be missed between pages.
 */
export async function* pages<T>(send: Send, call: PanelCall, path: string, item: z.ZodType<T>): AsyncGenerator<T[]> {
  const shape = pageShape(item)
  for (let page = 1; ; page += 1) {
    const query = { sort: 'id', per_page: String(PER_PAGE), page: String(page) }
    const { items, last } = await send(call, { method: 'GET', path, query }, shape)
    yield items as T[]
    if (last) return
  }
}

export async function allPages<T>(send: Send, call: PanelCall, path: string, item: z.ZodType<T>): Promise<T[]> {
  const all: T[] = []
  for await (const items of pages(send, call, path, item)) all.push(...items)
  return all
}
