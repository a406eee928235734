import { setTimeout as sleep } from 'node:timers/promises'
import { later, SECOND } from '../kit/time.ts'
import type { PanelCall, PanelHooks } from '../outside/panel/types.ts'
import type { World } from '../world.ts'
import { budgetSpent, calledOff } from './errors.ts'
import { keptBack, RANK, syncMax } from './rules/shares.ts'
import { createSlots } from './slots.ts'
import { blockBudget, limitOf, lowerBudget, takeCall } from './store/budget.ts'

export interface BudgetOptions {
  /** Calls a minute, until the panel's own headers say otherwise. */
  limit: number
  /** The panel's minute, and a little, since its window begins when our first call arrives. */
  windowMs: number
  /** Longer than this nobody waits here: the order is put back and comes again. */
  waitMsMax: number
  inFlightMax: number
}
const DEFAULTS: BudgetOptions = { limit: 240, windowMs: 61 * SECOND, waitMsMax: 30 * SECOND, inFlightMax: 8 }
/** The clock may be moved under us (sandbox), so waiting is done in short naps. */
const NAP_MS = 250
const FALLBACK_BLOCK_MS = 10 * SECOND

const letGo = new WeakMap<PanelCall, Date>()
/** When the budget let this call go; undefined: it never did, or no budget is wired in. */
export const sentAt = (call: PanelCall): Date | undefined => letGo.get(call)

/** What all processes together may ask of the panel: taken before each call, learned from each answer. */
export function createBudget(world: Pick<World, 'db' | 'now'>, options: Partial<BudgetOptions> = {}): PanelHooks {
  const { limit: usual, windowMs, waitMsMax, inFlightMax } = { ...DEFAULTS, ...options }
  const { q } = world.db
  const slots = createSlots(inFlightMax)
  const inside = new Map<PanelCall, { leave: (() => void)[]; callOff: () => void }>()
  let limit: number | null = null

  /** A place in this process and in the budget. While the budget makes it wait, it stands in nobody's way. */
  const takePlace = async (call: PanelCall): Promise<() => void> => {
    limit ??= (await limitOf(q)) ?? usual
    const { share } = call
    const firstAt = world.now().getTime()
    for (;;) {
      const leave = await slots.enter(RANK[share], call.signal)
      const at = world.now()
      const ask = { at, windowMs, limit, keptBack: keptBack(share, limit), syncMax: share === 'sync' ? syncMax(limit) : null }
      const waitMs = await takeCall(q, ask).catch((error: unknown) => {
        leave()
        throw error
      })
      if (waitMs === 0) return leave
      leave()
      if (at.getTime() - firstAt + waitMs > waitMsMax) throw budgetSpent(waitMs)
      await sleep(Math.min(waitMs, NAP_MS), undefined, call.signal ? { signal: call.signal } : {})
    }
  }
  /** A call that is called off between the budget and its sending has no answer: its signal lets it out. */
  const enter = (call: PanelCall, leave: () => void) => {
    const known = inside.get(call)
    if (known) {
      known.leave.push(leave)
      return
    }
    const callOff = () => {
      for (const one of inside.get(call)?.leave ?? []) one()
      inside.delete(call)
    }
    inside.set(call, { leave: [leave], callOff })
    call.signal?.addEventListener('abort', callOff, { once: true })
  }
  const exit = (call: PanelCall) => {
    const known = inside.get(call)
    known?.leave.pop()?.()
    if (!known || known.leave.length > 0) return
    call.signal?.removeEventListener('abort', known.callOff)
    inside.delete(call)
  }

  return {
    async before(call) {
      if (call.signal?.aborted) throw calledOff()
      try {
        const leave = await takePlace(call)
        await call.beforeSending?.().catch((error: unknown) => {
          leave()
          throw error
        })
        enter(call, leave)
        letGo.set(call, world.now())
      } catch (error) {
        throw call.signal?.aborted ? calledOff() : error
      }
    },
    async after(record) {
      exit(record.call)
      // The Client API counts in a window of its own.
      if (record.path.startsWith('/api/client')) return
      const now = world.now()
      // A daemon's 429 comes with the daemon's code, and is not about us.
      if (record.panelCode === 'ThrottleRequestsException' || (record.status === 429 && record.panelCode === null)) {
        await blockBudget(q, later(now, record.retryAfterMs ?? FALLBACK_BLOCK_MS))
        return
      }
      if (!record.rateLimit) return
      limit = record.rateLimit.limit
      await lowerBudget(q, { ...record.rateLimit, sentAt: later(now, -record.ms), windowMs })
    },
  }
}
