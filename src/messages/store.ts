import { type Selectable, sql } from 'kysely'
import { type Queries, type Tables, type Tx, wake } from '../db/index.ts'
import { later } from '../kit/time.ts'
import type { Props, TemplateName } from './templates/props.ts'

export type Message = Selectable<Tables['messages']>

/** One message per business event: the key names the event. */
export type NewMessage<T extends TemplateName = TemplateName> = {
  [Name in T]: { userId: string | null; toEmail: string; template: Name; props: Props[Name]; dedupeKey: string; at: Date }
}[T]

/** Puts a mail into the outbox, in the caller's transaction. A second one with the same `dedupeKey` is a no-op. */
export async function post(tx: Tx, message: NewMessage): Promise<void> {
  const made = await tx
    .insertInto('messages')
    .values({
      user_id: message.userId,
      to_email: message.toEmail,
      template: message.template,
      props: JSON.stringify(message.props),
      dedupe_key: message.dedupeKey,
      next_attempt_at: message.at,
      created_at: message.at,
    })
    .onConflict((on) => on.column('dedupe_key').doNothing())
    .executeTakeFirst()
  if (made.numInsertedOrUpdatedRows) await wake(tx, 'messages.due', 'all')
}

/** Somebody waits at the screen for these. Worded as the index messages_due is, or it is not used. */
const AWAITED = sql<boolean>`template = any ('{verify_email,reset_password}')`

/**
 * Takes due messages by moving their next attempt forward, the awaited first, then the oldest: no transaction stays open while
 * mail is sent, and what a dead process had taken is due again when `leaseMs` is over.
 */
export const claimDue = (q: Queries, ask: { at: Date; leaseMs: number; limit: number }): Promise<Message[]> =>
  q
    .updateTable('messages')
    .set((e) => ({ next_attempt_at: later(ask.at, ask.leaseMs), attempts: e('attempts', '+', 1) }))
    .where('id', 'in', (e) =>
      e
        .selectFrom('messages')
        .select('id')
        .where('status', '=', 'queued')
        .where('next_attempt_at', '<=', ask.at)
        .orderBy(AWAITED, 'desc')
        .orderBy('next_attempt_at')
        .limit(ask.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()

/** The claim is known by its number of attempts: a process whose claim ran out writes nothing over its successor's. */
const claimed = (q: Queries, message: Message) =>
  q.updateTable('messages').where('id', '=', message.id).where('attempts', '=', message.attempts).where('status', '=', 'queued')

/** Says that this process is still at it. @returns false when somebody else has the message by now */
export async function keepClaim(q: Queries, message: Message, until: Date): Promise<boolean> {
  const done = await claimed(q, message).set({ next_attempt_at: until }).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** A link that signs somebody in, or sets a password, is not kept once the mail is out of our hands. */
const withoutLink = sql<string>`props - 'url'`

export async function markSent(q: Queries, message: Message, at: Date): Promise<void> {
  await claimed(q, message).set({ status: 'sent', sent_at: at, last_error: null, props: withoutLink }).execute()
}

export async function sendLater(q: Queries, message: Message, ask: { at: Date; error: string }): Promise<void> {
  await claimed(q, message).set({ next_attempt_at: ask.at, last_error: ask.error }).execute()
}

/** Gives a claimed message back untried. */
export async function giveBack(q: Queries, message: Message, at: Date): Promise<void> {
  await claimed(q, message)
    .set({ next_attempt_at: at, attempts: message.attempts - 1 })
    .execute()
}

/** @returns false when somebody else has the message by now */
export async function markFailed(q: Queries, message: Message, error: string): Promise<boolean> {
  const done = await claimed(q, message).set({ status: 'failed', last_error: error, props: withoutLink }).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** When the next queued message is due; null when none waits. */
export async function nextDueAt(q: Queries): Promise<Date | null> {
  const row = await q
    .selectFrom('messages')
    .select('next_attempt_at')
    .where('status', '=', 'queued')
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_attempt_at ?? null
}

export type Given = Pick<Message, 'template' | 'to_email' | 'status'> & { whole: boolean }

/** A message by its id; `whole` is false for one whose link was not kept. */
export async function messageById(q: Queries, id: string): Promise<Given | null> {
  const row = await q.selectFrom('messages').select(['template', 'to_email', 'status', 'props']).where('id', '=', id).executeTakeFirst()
  if (!row) return null
  const { props, ...rest } = row
  return { ...rest, whole: !WITH_LINK.has(row.template) || 'url' in props }
}
const WITH_LINK = new Set<string>(['verify_email', 'reset_password'] satisfies TemplateName[])

/** A message that was given up goes into the outbox again. @returns false when it was not given up */
export async function requeue(tx: Tx, id: string, at: Date): Promise<boolean> {
  const done = await tx
    .updateTable('messages')
    .set({ status: 'queued', attempts: 0, next_attempt_at: at, last_error: null })
    .where('id', '=', id)
    .where('status', '=', 'failed')
    .executeTakeFirst()
  if (done.numUpdatedRows > 0n) await wake(tx, 'messages.due', 'all')
  return done.numUpdatedRows > 0n
}

/**
 * Of a backup: what waits in it may have gone out since, and a mail that comes twice is worse than one that somebody sends again.
 * @returns those that were given up
 */
export const holdAll = (tx: Tx): Promise<Pick<Message, 'id' | 'template' | 'to_email' | 'user_id'>[]> =>
  tx
    .updateTable('messages')
    .set({ status: 'failed', last_error: 'It waited when the backup was taken, and may have been sent since.', props: withoutLink })
    .where('status', '=', 'queued')
    .returning(['id', 'template', 'to_email', 'user_id'])
    .execute()
