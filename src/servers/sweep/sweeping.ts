import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../../kit/failure.ts'
import { later, MINUTE } from '../../kit/time.ts'
import type { PanelCall } from '../../outside/panel/types.ts'
import { renewSweep } from '../store/sweep.ts'
import type { ServersWorld } from '../work.ts'

export const LEASE_MS = 3 * MINUTE
const NAP_MS = 1_000

/** One sweep's surroundings, and what it has counted so far. */
export interface Sweeping {
  world: ServersWorld
  holder: string
  signal: AbortSignal
  /** Orders that have their server. */
  fleet: number
  /** A person said: go on, whatever the brake says. */
  agreed: boolean
  counted: { servers: number; strangers: number; calls: number; pages: number; drifts: number; missing: number; mended: number }
}

export const sweepStopped = () =>
  new Failure({
    code: 'servers.sweep_stopped',
    kind: 'unavailable',
    say: 'The sweep was called off: this process is stopping, or another has taken it over.',
    next: 'The next one starts from the beginning.',
  })

/** A call of the sweep: waits as long as the panel's budget asks, since nobody waits for a sweep, and keeps the lease meanwhile. */
export async function patiently<T>(work: Sweeping, ask: (call: PanelCall) => Promise<T>): Promise<T> {
  const { world, holder, signal, counted } = work
  for (;;) {
    if (signal.aborted) throw sweepStopped()
    if (!(await renewSweep(world.db.q, holder, later(world.now(), LEASE_MS)))) throw sweepStopped()
    try {
      const answer = await ask({ share: 'sync', signal })
      counted.calls += 1
      return answer
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.code !== 'servers.budget_spent') throw thrown
      await sleep(NAP_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
