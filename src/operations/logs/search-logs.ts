import type { z } from 'zod'
import { userByEmail } from '../../accounts/index.ts'
import { isUuid } from '../../kit/ids.ts'
import type { World } from '../../world.ts'
import type { LogFilter, LogPage, LogQuery } from '../contract.ts'
import { badCursor, badTime, noSuchCustomer, textNeedsSince } from '../errors.ts'
import { endOfLook, findLines, type LogSearch, type Place } from '../store/logs.ts'
import { timeOrAge } from './time-or-age.ts'

/**
 * Lines of the log, newest first.
 * @throws operations.no_such_customer, operations.text_needs_since, request.invalid
 */
export async function searchLogs(world: Pick<World, 'db' | 'now'>, query: z.output<typeof LogQuery>): Promise<LogPage> {
  const now = world.now()
  if (query.text && !query.since) throw textNeedsSince()
  const search: LogSearch = {
    ...(await narrowedBy(world, query)),
    since: instant('since', query.since, now),
    until: instant('until', query.until, now),
    after: query.cursor ? readCursor(query.cursor) : undefined,
  }
  const found = await findLines(world.db.q, search, query.limit + 1)
  const items = found.slice(0, query.limit)
  const last = items.at(-1)
  if (found.length > items.length && last) return { items, nextCursor: writeCursor(last.at, last.id), lookedBackTo: null }
  const end = query.text ? await endOfLook(world.db.q, search) : null
  const lookedBackTo = end?.at.toISOString() ?? null
  return { items, nextCursor: end && lookedBackTo ? writeCursor(lookedBackTo, end.id) : null, lookedBackTo }
}

/** What list and live tail have in common. */
export async function narrowedBy({ db }: Pick<World, 'db'>, filter: LogFilter): Promise<LogSearch> {
  const { order, customer, fn, level, request, text } = filter
  const userId = customer === undefined || isUuid(customer) ? customer : (await userByEmail(db.q, customer))?.id
  if (customer !== undefined && userId === undefined) throw noSuchCustomer(customer)
  return { orderId: order, userId, fn, level, requestId: request, text }
}

function instant(field: 'since' | 'until', text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined
  const at = timeOrAge(text, now)
  if (!at) throw badTime(field)
  return at
}

const writeCursor = (at: string, id: number) => Buffer.from(`${at} ${id}`).toString('base64url')

function readCursor(cursor: string): Place {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const place = /^\d{4}-/.test(at) ? new Date(at) : null
  if (!place || Number.isNaN(place.getTime()) || !/^\d{1,15}$/.test(id)) throw badCursor()
  return { at: place, id: Number(id) }
}
