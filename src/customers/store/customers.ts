import { type SqlBool, sql } from 'kysely'
import type { Queries, Tx } from '../../db/index.ts'
import type { Actor } from '../../kit/actor.ts'
import type { Place } from '../../kit/cursor.ts'
import { isUuid } from '../../kit/ids.ts'

export interface Found {
  id: string
  email: string
  name: string
  emailVerified: boolean
  role: string
  orders: number
  createdAt: Date
}

const select = (q: Queries) =>
  q
    .selectFrom('auth.user as u')
    .select(['u.id', 'u.email', 'u.name', 'u.emailVerified', 'u.role', 'u.createdAt'])
    .select(sql<number>`(select count(*)::int from orders o where o.user_id = u.id)`.as('orders'))

/** Newest first, by keyset. */
export async function searchCustomers(q: Queries, ask: { q: string; after: Place | null; limit: number }): Promise<Found[]> {
  let rows = select(q)
  if (ask.q !== '') rows = rows.where(matching(ask.q))
  if (ask.after) rows = rows.where(sql<SqlBool>`(u."createdAt", u.id) < (${ask.after.at}, ${ask.after.id}::uuid)`)
  return rows.orderBy('u.createdAt', 'desc').orderBy('u.id', 'desc').limit(ask.limit).execute()
}

export const customerById = async (q: Queries, id: string): Promise<Found | null> =>
  (await select(q).where('u.id', '=', id).executeTakeFirst()) ?? null

/** Of names and addresses that begin alike the first so many are looked at. */
const ALIKE_MAX = 500

function matching(text: string) {
  if (isUuid(text)) return sql<SqlBool>`u.id in (select ${text}::uuid union select user_id from orders where id = ${text}::uuid)`
  if (/^cus_\w+$/.test(text)) return sql<SqlBool>`u.id in (select user_id from stripe_customers where stripe_customer_id = ${text})`
  if (/^\d{1,9}$/.test(text))
    return sql<SqlBool>`u.id in (select user_id from external_accounts where pterodactyl_user_id = ${Number(text)})`
  const like = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`u.id in (select id from auth."user" where lower(email) like ${like} or lower(name) like ${like} limit ${ALIKE_MAX})`
}

const NEWEST = 50

/** What other rooms wrote about a customer, the newest of each. */
export async function besideOf(q: Queries, userId: string) {
  const [payments, mails, notes] = await Promise.all([
    q
      .selectFrom('payments as p')
      .innerJoin('orders as o', 'o.id', 'p.order_id')
      .selectAll('p')
      .where('o.user_id', '=', userId)
      .orderBy('p.paid_at', 'desc')
      .limit(NEWEST)
      .execute(),
    q
      .selectFrom('messages')
      .select(['id', 'template', 'status', 'created_at', 'sent_at', 'last_error'])
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .limit(NEWEST)
      .execute(),
    q
      .selectFrom('customer_notes')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(NEWEST)
      .execute(),
  ])
  return { payments, mails, notes }
}

export async function addNote(tx: Tx, note: { userId: string; body: string; by: Actor; at: Date }): Promise<void> {
  const { userId, body, by, at } = note
  await tx.insertInto('customer_notes').values({ user_id: userId, body, by_kind: by.kind, by_id: by.id, at }).execute()
}
