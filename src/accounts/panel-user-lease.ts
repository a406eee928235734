import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { later, SECOND } from '../kit/time.ts'
import type { World } from '../world.ts'
import { panelBusy } from './errors.ts'
import { dropLease, takeLease } from './store/panel-users.ts'

/**
 * Renewed while its holder lives: a killed process is in the way for so long at most. Two at once, after a process that stood
 * still for longer, do no harm: the panel refuses one of them with a 500 and takes it back, and it is sent again.
 */
const LEASE_MS = 3 * SECOND
const RENEW_MS = 0.8 * SECOND
const ASK_AGAIN_MS = 40
const PATIENCE_MS = 12 * SECOND

/** The last one in line, per database: inside one process nobody needs to ask the lease row in turns. */
const lines = new WeakMap<object, Promise<unknown>>()

/**
 * Runs `body` while nobody else, in any process, makes a panel user. The row is a lease with an end, not a transaction.
 * @throws Failure `accounts.panel_user_waits` when the turn does not come in time, so that the caller's slot is free again
 */
export async function alone<T>(world: Pick<World, 'db' | 'now'>, signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  const before = lines.get(world.db) ?? Promise.resolve()
  const turn = before.then(() => holdLease(world, deadline, signal, body))
  lines.set(
    world.db,
    turn.catch(() => undefined),
  )
  return turn
}

async function holdLease<T>(world: Pick<World, 'db' | 'now'>, deadline: number, signal: AbortSignal | undefined, body: () => Promise<T>) {
  const holder = randomUUID()
  const take = () => takeLease(world.db.q, { holder, at: world.now(), until: later(world.now(), LEASE_MS) })
  for (;;) {
    signal?.throwIfAborted()
    if (performance.now() > deadline) throw panelBusy(2 * SECOND)
    if (await take()) break
    await wait(ASK_AGAIN_MS)
  }
  // A renewal that fails is made good by the next; if the database stays away, the body's own saving fails too.
  const renewal = setInterval(() => void take().catch(() => undefined), RENEW_MS)
  try {
    return await body()
  } finally {
    clearInterval(renewal)
    await dropLease(world.db.q, holder)
  }
}
