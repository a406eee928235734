import { forgetPanelUser, userById } from '../accounts/index.ts'
import type { Tx } from '../db/index.ts'
import { isFindingKind, openFinding } from '../findings/index.ts'
import { notePanelAnswer, regions, takeOtherPorts } from '../fleet/index.ts'
import { Failure, storeFailure } from '../kit/failure.ts'
import { again, retry, stuck } from '../kit/outcome.ts'
import { tell } from '../kit/working.ts'
import { post } from '../messages/index.ts'
import { lockOrder, type Order, saveOrder } from '../orders/index.ts'
import { attemptAfter, effectOn, nextTryAt, statusAfter } from './rules/after-failure.ts'
import { type Asked, answerOf, type Effect, type Meaning } from './rules/answer.ts'
import { meaningOf } from './rules/meaning.ts'
import { type ServerState, type StateChange, saveState } from './store/states.ts'
import { askedFor, type Done, goOn, stop, type Work } from './work.ts'

/** A call failed: what that means is worked out, saved and reported. `state` is the one that holds the attempt, if any. */
export async function takeFailure(work: Work, state: ServerState, step: Asked['step'], thrown: unknown): Promise<Done> {
  // Cut off on our side: what was open stays open, and whoever comes next looks it up.
  if (work.signal.aborted && !(thrown instanceof Failure)) return stop(again())
  // Neither the panel's answer nor a Failure of ours: the database went away under the call, or it is a bug. What the panel did
  // is unknown, so the intent stays open, and the loop comes again; after too many times it gives up and tells a person.
  if (!(thrown instanceof Failure)) throw thrown
  const failure = thrown
  const meaning = meaningOf(failure, askedFor(work, step))
  await notePanel(work, failure, meaning)
  const effect = effectOn(step, meaning.effect)
  // In the line that tells how the run ended; the call has told of itself.
  tell({ step, class: meaning.class, effect, code: meaning.failure.code })
  if (failure.kind === 'bug') work.world.log.warn({ err: failure, step }, 'a call to the panel failed by our mistake')
  // Nothing was sent and nothing is wrong: the order only waits its turn.
  if (effect === 'back_off' && !answerOf(failure)) return waitTurn(work, state, step, meaning.failure)
  try {
    return await save(work, state, step, meaning, effect)
  } catch (fault) {
    if (!(fault instanceof Failure) || fault.kind !== 'full') throw fault
    return save(work, state, step, { class: 'capacity', effect: 'wait_capacity', failure: fault }, 'wait_capacity')
  }
}

/** Saves a failure that needs no call: a step of the plan that only a person can take, or no room. */
export const saveFailure = (work: Work, meaning: Meaning): Promise<Done> =>
  save(work, work.reading.state, 'create', meaning, meaning.effect)

async function save(work: Work, state: ServerState, step: Asked['step'], meaning: Meaning, effect: Effect): Promise<Done> {
  const { world, reading, settings } = work
  const now = world.now()
  const attempt = attemptAfter(state.attempt, step, effect, now)
  const saved = await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, reading.order.id)
    const change: StateChange = { attempt }
    if (effect === 'other_ports') change.portTries = state.portTries + 1
    if (effect === 'wait_capacity') change.portTries = 0
    if (effect === 'ensure_account_again') await forgetPanelUser(tx, order.userId)
    if (effect === 'stop') change.watchedFrom = null
    await saveState(tx, state, change)
    if (effect === 'other_ports' && order.status !== 'canceled')
      await takeOtherPorts(tx, order.id, refusedPorts(work, meaning.failure), now)
    const status = statusAfter({ ...order, hasServer: order.pterodactylServerId !== null }, effect, attempt)
    const nextCheckAt = nextTryAt(meaning, { effect, failures: order.failureCount + 1, attempt, ends: status === 'error', now }, settings)
    await saveOrder(
      tx,
      order,
      { status, failure: storeFailure(meaning.failure, now), failureCount: order.failureCount + 1, nextCheckAt },
      { title: TITLE[status] ?? 'Waiting', by: 'servers', at: now, details: { cause: meaning.failure.say }, wake: false },
    )
    await report(tx, order, meaning, effect, now)
    return { nextCheckAt, status }
  })
  if (effect === 'look_up_now' || effect === 'look_up_taken' || effect === 'other_ports') return goOn()
  if (saved.nextCheckAt === null) return stop(stuck(meaning.failure))
  return stop(retry(meaning.failure, Math.max(0, saved.nextCheckAt.getTime() - now.getTime())))
}

const TITLE: Partial<Record<Order['status'], string>> = { paid: 'Waiting after a failure', error: 'Needs a person' }

/** The intent of this very call is closed: nothing was sent. */
async function waitTurn(work: Work, state: ServerState, step: Asked['step'], failure: Failure): Promise<Done> {
  const { world } = work
  const now = world.now()
  const waitMs = failure.retryAfterMs ?? 1_000
  await world.db.tx(async (tx) => {
    const order = await lockOrder(tx, work.reading.order.id)
    const attempt = attemptAfter(state.attempt, step, 'back_off', now)
    if (state.attempt && !attempt) await saveState(tx, state, { attempt })
    const status = statusAfter({ ...order, hasServer: order.pterodactylServerId !== null }, 'back_off', attempt)
    const nextCheckAt = new Date(now.getTime() + waitMs)
    await saveOrder(tx, order, { status, nextCheckAt }, { title: 'Waiting its turn', by: 'servers', at: now, wake: false })
  })
  return stop(again(waitMs))
}

/** Of the ports that the call named, those that the panel refused; all of them where it did not say which. */
function refusedPorts({ reading }: Work, failure: Failure): number[] {
  const ids = reading.place?.allocations.map((one) => one.id) ?? []
  const fields = Object.keys(answerOf(failure)?.refused ?? {})
  const named = fields.flatMap((field) => {
    if (field === 'allocation.default') return ids.slice(0, 1)
    const index = /^allocation\.additional\.(\d+)$/.exec(field)?.[1]
    return index === undefined ? [] : ids.slice(Number(index) + 1, Number(index) + 2)
  })
  return named.length > 0 ? named : ids
}

async function notePanel({ world }: Work, failure: Failure, meaning: Meaning): Promise<void> {
  const answer = answerOf(failure)
  if (!answer) return
  const status = meaning.class === 'auth' ? 'refused' : answer.answered ? 'ok' : 'unreachable'
  await notePanelAnswer(world.db.q, { status, at: world.now() })
}

/** What a person must know: findings for operators, mail for the customer, each once. */
async function report(tx: Tx, order: Order, meaning: Meaning, effect: Effect, at: Date): Promise<void> {
  const { failure } = meaning
  const finding = { severity: 'critical', summary: failure.say, remedy: failure.next, at } as const
  if (effect === 'wait_for_key')
    await openFinding(tx, { ...finding, kind: 'servers.panel_key_refused', subject: { type: 'panel', id: 'application_key' } })
  // The accounts room has named it already, about the customer and in words for operators.
  if (effect === 'stop' && failure.code !== 'accounts.panel_identity_conflict')
    await openFinding(tx, {
      ...finding,
      kind: isFindingKind(failure.code) ? failure.code : 'servers.stopped',
      subject: { type: 'order', id: order.id },
      evidence: { class: meaning.class, code: failure.code, field: failure.field, ...failure.facts },
    })
  if (effect === 'wait_capacity')
    await openFinding(tx, { ...finding, kind: 'servers.no_room', subject: { type: 'order', id: order.id }, evidence: failure.facts })
  if (order.deliveredAt !== null || order.status === 'canceled') return
  const user = effect === 'stop' || effect === 'wait_capacity' ? await userById(tx, order.userId) : null
  if (!user) return
  const to = { userId: user.id, toEmail: user.email, at }
  const { id: orderId, serverName } = order
  if (effect === 'stop')
    await post(tx, { ...to, template: 'trouble', props: { orderId, serverName, ...TROUBLE }, dedupeKey: `order:${orderId}:trouble` })
  else {
    const region = (await regions(tx)).find((one) => one.id === order.regionId)
    const props = { orderId, serverName, regionName: region?.name ?? order.regionId }
    await post(tx, { ...to, template: 'capacity_wait', props, dedupeKey: `order:${orderId}:capacity_wait` })
  }
}

const TROUBLE = {
  cause: 'Your server could not be set up the way it was ordered, for a reason on our side.',
  next: 'Our operators have been told and are on it; you need not do anything. If we cannot deliver in time, you get your money back.',
}
