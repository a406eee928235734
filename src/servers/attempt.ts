import { again } from '../kit/outcome.ts'
import { lockOrder, type OrderChange, saveOrder } from '../orders/index.ts'
import type { PanelCall } from '../outside/panel/types.ts'
import { sentAt } from './budget.ts'
import { calledOff } from './errors.ts'
import type { Act, Attempt } from './rules/want.ts'
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
  let state = await saveIntent(work, step, onIntent)
  // A process that was frozen or is told to stop must not send: another may be at it already.
  if (work.signal.aborted) return { done: await takeFailure(work, state, step, calledOff()) }
  const call: PanelCall = {
    ...callFor(work),
    async beforeSending() {
      state = await renewIntent(work, state)
    },
  }
  try {
    return { answer: await send(call), state }
  } catch (thrown) {
    return { done: await takeFailure(work, sentLater(state, sentAt(call)), step, thrown) }
  }
}

/** What a panel at its slowest and the pause from the intent to the sending take together stays below `unknownWaitMs`. */
const INTENT_MS_MAX = 2_000

/**
 * A call that waited for the budget, or whose process was frozen, goes out only if its intent still stands; and how long its
 * result stays unknown counts anew, in the row too, since whoever finds it after a crash knows nothing else.
 */
async function renewIntent({ world }: Work, state: ServerState): Promise<ServerState> {
  let current = state
  // Again where it took long, too: the process may have been frozen right after it.
  for (let open = current.attempt; open && age(open, world.now()) > INTENT_MS_MAX; open = current.attempt) {
    const renewed = { ...open, startedAt: world.now() }
    current = await world.db.tx(async (tx) => {
      await lockOrder(tx, state.orderId)
      return saveState(tx, current, { attempt: renewed })
    })
  }
  return current
}

const age = (open: Attempt, now: Date): number => Math.abs(now.getTime() - open.startedAt.getTime())

/** The intent may have waited for the budget: how long its result stays unknown counts from the sending. */
const sentLater = (state: ServerState, sent: Date | undefined): ServerState =>
  state.attempt && sent ? { ...state, attempt: { ...state.attempt, startedAt: sent } } : state

const saveIntent = (work: Work, step: Act, onIntent: { change: OrderChange; title: string } | null): Promise<ServerState> =>
  work.world.db.tx(async (tx) => {
    const { state: before, place } = work.reading
    const now = work.world.now()
    const nextCheckAt = new Date(now.getTime() + work.settings.unknownWaitMs)
    const why = { title: onIntent?.title ?? step, by: 'servers', at: now, wake: false }
    // The order first, as everywhere: written under the version that was read, its row is locked.
    await saveOrder(tx, work.reading.order, { ...onIntent?.change, nextCheckAt }, why)
    return saveState(tx, before, {
      attempt: { step, startedAt: now, answer: 'none', answeredAt: null, allocationIds: place?.allocations.map((one) => one.id) ?? [] },
    })
  })
