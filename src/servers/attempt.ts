import { again } from '../kit/outcome.ts'
import { lockOrder, type OrderChange, saveOrder } from '../orders/index.ts'
import type { PanelCall } from '../outside/panel/types.ts'
import { sentAt } from './budget.ts'
import { calledOff, outdated } from './errors.ts'
import type { Act } from './rules/want.ts'
import { type ServerState, saveState } from './store/states.ts'
import { takeFailure } from './take-failure.ts'
import { callFor, type Done, stop, type Work } from './work.ts'

/**
 * One call that changes the panel. The intent is committed first, so that after a crash it is known that we tried;
 * the state returned still holds it, and whoever saves the answer closes it.
 */
export async function attempt<T>(
  work: Work,
  step: Act,
  send: (call: PanelCall) => Promise<T>,
  onIntent: { change: OrderChange; title: string } | null = null,
): Promise<{ answer: T; state: ServerState } | { done: Done }> {
  if (work.signal.aborted) return { done: stop(again()) }
  const state = await saveIntent(work, step, onIntent)
  // A process that was frozen or is told to stop must not send: another may be at it already.
  if (work.signal.aborted) return { done: await takeFailure(work, state, step, calledOff()) }
  const call = callFor(work)
  try {
    return { answer: await send(call), state }
  } catch (thrown) {
    return { done: await takeFailure(work, sentLater(state, sentAt(call)), step, thrown) }
  }
}

/** The intent may have waited for the budget: how long its result stays unknown counts from the sending. */
const sentLater = (state: ServerState, sent: Date | undefined): ServerState =>
  state.attempt && sent ? { ...state, attempt: { ...state.attempt, startedAt: sent } } : state

const saveIntent = (work: Work, step: Act, onIntent: { change: OrderChange; title: string } | null): Promise<ServerState> =>
  work.world.db.tx(async (tx) => {
    const { order: read, state: before, place } = work.reading
    const now = work.world.now()
    const order = await lockOrder(tx, read.id)
    if (order.version !== read.version) throw outdated(order.id)
    const state = await saveState(tx, before, {
      attempt: { step, startedAt: now, answer: 'none', answeredAt: null, allocationIds: place?.allocations.map((one) => one.id) ?? [] },
      ...(step === 'create' ? { createTries: before.createTries + 1 } : {}),
    })
    const nextCheckAt = new Date(now.getTime() + work.settings.unknownWaitMs)
    await saveOrder(
      tx,
      order,
      { ...onIntent?.change, nextCheckAt },
      { title: onIntent?.title ?? step, by: 'servers', at: now, wake: false },
    )
    return state
  })
