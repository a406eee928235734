import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import { type Queries, type Tables, type Tx, wake } from '../../db/index.ts'
import type { PlacingAnswer } from '../../fleet/index.ts'
import type { Checkout } from '../order.ts'

const toCheckout = (row: Selectable<Tables['checkouts']>): Checkout => ({
  id: row.id,
  userId: row.user_id,
  planId: row.plan_id,
  term: row.term,
  regionId: row.region_id,
  serverName: row.server_name,
  askedAs: row.asked_as,
  state: row.state,
  amountCents: row.amount_cents,
  currency: row.currency,
  stripePriceId: row.stripe_price_id,
  stripeSessionId: row.stripe_session_id,
  stripeSessionUrl: row.stripe_session_url,
  keyVersion: row.key_version,
  sessionExpiresAt: row.session_expires_at,
  termsAcceptedAt: row.terms_accepted_at,
  eulaAcceptedAt: row.eula_accepted_at,
  clientIp: row.client_ip,
  nextCheckAt: row.next_check_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const UNFINISHED = ['opening', 'open', 'paying'] as const

export async function checkoutById(q: Queries, id: string): Promise<Checkout | null> {
  const row = await q.selectFrom('checkouts').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toCheckout(row) : null
}

export async function checkoutLocked(tx: Tx, id: string): Promise<Checkout | null> {
  const row = await tx.selectFrom('checkouts').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row ? toCheckout(row) : null
}

export async function unfinishedOf(q: Queries, userId: string): Promise<Checkout[]> {
  const rows = await q
    .selectFrom('checkouts')
    .selectAll()
    .where('user_id', '=', userId)
    .where('state', 'in', UNFINISHED)
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(toCheckout)
}

/** What decides whether a customer may open one more. */
export interface Unfinished {
  /** Of this customer. */
  own: Pick<Checkout, 'id' | 'planId' | 'regionId' | 'term' | 'state' | 'serverName' | 'sessionExpiresAt'>[]
  /** How many hold a place from this address; 0 where it is not known. */
  fromAddress: number
}

export interface Opening {
  checkout: Omit<Checkout, 'stripeSessionId' | 'stripeSessionUrl' | 'updatedAt' | 'keyVersion' | 'state' | 'askedAs'>
  /** The customer's unfinished ones that this was decided on. */
  known: string[]
  /** Unfinished ones from its address that are too many. */
  addressMax: number
  /** As fleet's `holdWanted` gives it. */
  hold: object
  /** First line of its timeline; the node's name is added. */
  first: { title: string; details: Record<string, unknown> }
}
/** `placed`: fleet's answer; the checkout stands if it has a node. `unfinished`: not as was thought, and nothing was done. */
export type Opened = { placed: PlacingAnswer } | { unfinished: Unfinished }

/** The hold, the checkout and the first line of its timeline, or none of them. One statement, in a line with the customer's others. */
export async function insertHeld(q: Queries, { checkout, known, addressMax, hold, first }: Opening): Promise<Opened> {
  const row = {
    id: checkout.id,
    user_id: checkout.userId,
    plan_id: checkout.planId,
    term: checkout.term,
    region_id: checkout.regionId,
    server_name: checkout.serverName,
    state: 'opening',
    amount_cents: checkout.amountCents,
    currency: checkout.currency,
    stripe_price_id: checkout.stripePriceId,
    key_version: 1,
    session_expires_at: checkout.sessionExpiresAt,
    terms_accepted_at: checkout.termsAcceptedAt,
    eula_accepted_at: checkout.eulaAcceptedAt,
    client_ip: checkout.clientIp,
    next_check_at: checkout.nextCheckAt,
    created_at: checkout.createdAt,
    updated_at: checkout.createdAt,
  } satisfies Insertable<Tables['checkouts']>
  const { rows } = await sql<{ opened: { placed: PlacingAnswer } | { own: UnfinishedRow[]; fromAddress: number } }>`
    select orders_open_checkout(${JSON.stringify(row)}::jsonb, ${known}::uuid[], ${addressMax}::float8, ${JSON.stringify(hold)}::jsonb,
      ${first.title}, ${JSON.stringify(first.details)}::jsonb) as opened`.execute(q)
  const opened = rows[0]?.opened ?? { placed: null }
  if ('placed' in opened) return opened
  return { unfinished: { own: opened.own.map(toUnfinished), fromAddress: opened.fromAddress } }
}

type UnfinishedRow = Pick<Selectable<Tables['checkouts']>, 'id' | 'plan_id' | 'region_id' | 'term' | 'state' | 'server_name'> & {
  session_expires_at: string
}
const toUnfinished = (row: UnfinishedRow): Unfinished['own'][number] => ({
  id: row.id,
  planId: row.plan_id,
  regionId: row.region_id,
  term: row.term,
  state: row.state,
  serverName: row.server_name,
  sessionExpiresAt: new Date(row.session_expires_at),
})

export type CheckoutChange = Partial<
  Pick<Checkout, 'state' | 'serverName' | 'stripeSessionId' | 'stripeSessionUrl' | 'keyVersion' | 'nextCheckAt'>
>

/** Writes a checkout that the caller has locked, or a single column that no lock guards. */
export async function updateCheckout(q: Queries, id: string, change: CheckoutChange, at: Date): Promise<void> {
  const set: Updateable<Tables['checkouts']> = {
    state: change.state,
    server_name: change.serverName,
    stripe_session_id: change.stripeSessionId,
    stripe_session_url: change.stripeSessionUrl,
    key_version: change.keyVersion,
    next_check_at: change.nextCheckAt,
    updated_at: at,
  }
  // What is asked of Stripe again under the same key must be the same.
  const kept = change.serverName === undefined ? {} : { asked_as: sql<string>`coalesce(asked_as, server_name)` }
  await q
    .updateTable('checkouts')
    .set({ ...set, ...kept })
    .where('id', '=', id)
    .execute()
}

/** When billing looks at an unfinished checkout again. */
export async function lookAgainAt(q: Queries, id: string, at: Date): Promise<void> {
  await q.updateTable('checkouts').set({ next_check_at: at }).where('id', '=', id).where('state', 'in', UNFINISHED).execute()
}

/** Ids of unfinished checkouts whose `next_check_at` has come. */
export async function dueCheckouts(q: Queries, now: Date, limit: number): Promise<string[]> {
  const rows = await q
    .selectFrom('checkouts')
    .select('id')
    .where('state', 'in', UNFINISHED)
    .where('next_check_at', '<=', now)
    .orderBy('next_check_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Makes an unfinished checkout due, unless it was touched after `notSince`. */
export async function nudged(tx: Tx, id: string, when: { now: Date; notSince: Date }): Promise<boolean> {
  const done = await tx
    .updateTable('checkouts')
    .set({ next_check_at: when.now, updated_at: when.now })
    .where('id', '=', id)
    .where('state', 'in', ['open', 'paying'])
    .where('updated_at', '<', when.notSince)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

export const wakeCheckout = (tx: Tx, id: string) => wake(tx, 'checkouts.changed', id)

/** Of a backup: its wake-ups are lost, so everything that is not done yet is looked at again. */
export async function lookAtAllUnfinished(tx: Tx, at: Date): Promise<void> {
  await tx.updateTable('checkouts').set({ next_check_at: at }).where('state', 'in', UNFINISHED).execute()
  await tx.updateTable('orders').set({ next_check_at: at }).where('status', 'in', ['paid', 'provisioning', 'installing']).execute()
}
