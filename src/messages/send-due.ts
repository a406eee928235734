import type { Tx } from '../db/index.ts'
import { asFailure, type Failure } from '../kit/failure.ts'
import { again, type Outcome, settled } from '../kit/outcome.ts'
import { later } from '../kit/time.ts'
import type { World } from '../world.ts'
import { BATCH, BATCHES_MAX, HANDS, LEASE_MS, messageIdOf, nextTryMs, SERVER_GONE_MS, TRIES_MAX } from './rules.ts'
import { claimDue, giveBack, keepClaim, type Message, markFailed, markSent, nextDueAt, sendLater } from './store.ts'
import { TEMPLATES } from './templates/index.ts'
import type { Letter, Places } from './templates/props.ts'

type Sender = Pick<World, 'db' | 'mail' | 'now' | 'log' | 'shop'>

/** Opens a finding; the findings room lies to the right of this one, so the door passes its `openFinding`. */
export type OpenFinding = (
  tx: Tx,
  finding: {
    kind: 'messages.not_sent'
    severity: 'info' | 'warning' | 'critical'
    subject: { type: string; id: string }
    summary: string
    remedy: string
    evidence?: Record<string, unknown>
    at: Date
  },
) => Promise<unknown>

/**
 * Sends what is due, batch after batch, and says when to come again. A try that fails is put off, message by message; when the
 * server is gone, one message has found it out and the others are not tried.
 */
export async function sendDue(world: Sender, openFinding: OpenFinding): Promise<Outcome> {
  for (let batches = 0; batches < BATCHES_MAX; batches += 1) {
    const batch = await claimDue(world.db.q, { at: world.now(), leaseMs: LEASE_MS, limit: BATCH })
    if (await sendBatch(world, openFinding, batch)) return again(SERVER_GONE_MS)
    if (batch.length < BATCH) break
  }
  const next = await nextDueAt(world.db.q)
  return next ? again(Math.max(0, next.getTime() - world.now().getTime())) : settled()
}

/** @returns whether the server is gone */
async function sendBatch(world: Sender, openFinding: OpenFinding, batch: Message[]): Promise<boolean> {
  let gone = false
  const take = async (message: Message): Promise<void> => {
    // Too slow, so somebody else has taken the rest.
    if (!(await keepClaim(world.db.q, message, later(world.now(), LEASE_MS)))) return
    if (gone) return giveBack(world.db.q, message, later(world.now(), SERVER_GONE_MS))
    const failure = await trySend(world, message)
    if (!failure) return
    gone ||= failure.kind === 'unavailable'
    await putOff(world, openFinding, message, failure)
  }
  // One that cannot be handled at all stays claimed until its lease is over: the others do not wait for it.
  const takeCalmly = (message: Message) =>
    take(message).catch((error: unknown) =>
      world.log.error({ err: error, message: message.id, tries: message.attempts }, 'a mail could not be handled'),
    )
  const [first, ...rest] = batch
  // The first goes ahead: with the server gone, the others would each wait for a time-out of their own.
  if (first) await takeCalmly(first)
  const hand = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) await takeCalmly(next)
  }
  await Promise.all(Array.from({ length: HANDS }, hand))
  return gone
}

/** @returns why it was not sent; null when it was */
async function trySend(world: Sender, message: Message): Promise<Failure | null> {
  try {
    await world.mail.send({ ...write(message, world.shop), to: message.to_email, messageId: messageIdOf(message.id, world.shop.publicUrl) })
  } catch (thrown) {
    return asFailure(thrown)
  }
  await markSent(world.db.q, message, world.now())
  return null
}

/** The row's template says which props it holds; `post` wrote both together. */
function write(message: Message, places: Places): Letter {
  const template = TEMPLATES[message.template as keyof typeof TEMPLATES] as ((props: unknown, places: Places) => Letter) | undefined
  if (!template) throw new Error(`no template ${message.template}`)
  return template(message.props, places)
}

async function putOff(world: Sender, openFinding: OpenFinding, message: Message, failure: Failure): Promise<void> {
  const at = world.now()
  const said = typeof failure.facts['error'] === 'string' ? failure.facts['error'] : failure.say
  // PostgreSQL takes no NUL in a text: a mail whose error holds one would never be put off.
  const error = said.replaceAll('\u0000', '')
  world.log.warn({ message: message.id, template: message.template, tries: message.attempts, code: failure.code, error }, 'mail not sent')
  if (failure.kind !== 'invalid' && message.attempts < TRIES_MAX) {
    await sendLater(world.db.q, message, { at: later(at, nextTryMs(message.attempts)), error })
    return
  }
  await world.db.tx(async (tx) => {
    if (!(await markFailed(tx, message, error))) return
    await openFinding(tx, {
      kind: 'messages.not_sent',
      severity: 'warning',
      subject: { type: 'message', id: message.id },
      summary: `The mail “${message.template}” to ${message.to_email} was given up after ${message.attempts} tries.`,
      remedy: 'Check the address with the customer and SMTP_URL with the doctor; tell the customer by another way what the mail says.',
      evidence: { template: message.template, userId: message.user_id, error, tries: message.attempts },
      at,
    })
  })
}
