import type { Clock } from '../kit/clock.ts'
import type { Collection } from '../kit/journal.ts'

/** Something that falls due at a moment of the sandbox's clock. Kept on disk until it is done. */
export interface AgendaRow {
  /** `kind:ref`, so that planning the same thing again moves it. */
  id: string
  kind: AgendaKind
  ref: string
  atMs: number
}
export type AgendaKind =
  | 'session.expire'
  | 'session.settle'
  | 'subscription.renew'
  | 'subscription.lapse'
  | 'invoice.retry'
  | 'refund.settle'
  | 'delivery'
  | 'delivery.held'
export type AgendaActs = Record<AgendaKind, (due: AgendaRow[]) => void | Promise<void>>

export interface Agenda {
  plan(kind: AgendaKind, ref: string, atMs: number): void
  drop(kind: AgendaKind, ref: string): void
  /** Does what is due now and waits until nothing due is left. */
  settle(): Promise<void>
  start(acts: AgendaActs): void
  stop(): void
}

/** One timer for the earliest row. A wake does everything due, kind by kind in the order the moments came. */
export function createAgenda(clock: Clock, rows: Collection<AgendaRow>): Agenda {
  let acts: AgendaActs | null = null
  let callOff: (() => void) | null = null
  let armedAtMs = Infinity
  const running = new Map<string, Promise<void>>()

  const arm = (atMs: number) => {
    if (!acts || atMs >= armedAtMs) return
    callOff?.()
    armedAtMs = atMs
    callOff = clock.after(Math.max(0, atMs - clock.now().getTime()), wake)
  }
  const armNext = () => {
    let next = Infinity
    for (const row of rows.values()) if (!running.has(row.id) && row.atMs < next) next = row.atMs
    if (next < Infinity) arm(next)
  }
  const run = async (kind: AgendaKind, due: AgendaRow[]) => {
    const act = acts?.[kind]
    // Stopped on the way: the rows stay for the next start.
    if (!act) return
    try {
      await act(due)
    } catch (error) {
      // One thing that cannot be done must not stop the others, nor the process they live in.
      console.error(`sandbox stripe: ${kind} ${due.map((row) => row.ref).join(', ')}:`, error)
    } finally {
      for (const row of due) {
        running.delete(row.id)
        // Planned anew by its own act: the row is a later one and stays.
        if (rows.get(row.id)?.atMs === row.atMs) rows.delete(row.id)
      }
      armNext()
    }
  }
  const wake = async () => {
    callOff = null
    armedAtMs = Infinity
    if (!acts) return
    const nowMs = clock.now().getTime()
    const due = rows
      .values()
      .filter((row) => row.atMs <= nowMs && !running.has(row.id))
      .sort((a, b) => a.atMs - b.atMs)
    const started: Promise<void>[] = []
    const begin = (kind: AgendaKind, batch: AgendaRow[]) => {
      const work = run(kind, batch)
      for (const row of batch) running.set(row.id, work)
      started.push(work)
    }
    const inTurn = due.filter((row) => !row.kind.startsWith('delivery'))
    for (const row of inTurn) running.set(row.id, Promise.resolve())
    for (const row of inTurn) await run(row.kind, [row])
    // Each on its own, so that an endpoint that never answers holds up nobody; held ones together, for their order.
    for (const row of due) if (row.kind === 'delivery') begin('delivery', [row])
    const held = due.filter((row) => row.kind === 'delivery.held')
    if (held.length > 0) begin('delivery.held', held)
    armNext()
    await Promise.all(started)
  }

  return {
    plan(kind, ref, atMs) {
      const id = `${kind}:${ref}`
      rows.set(id, { id, kind, ref, atMs })
      if (!running.has(id)) arm(atMs)
    },
    drop: (kind, ref) => rows.delete(`${kind}:${ref}`),
    async settle() {
      while (acts) {
        await Promise.all(running.values())
        const nowMs = clock.now().getTime()
        if (!rows.values().some((row) => row.atMs <= nowMs) && running.size === 0) return
        await wake()
      }
    },
    start(given) {
      acts = given
      armNext()
    },
    stop() {
      acts = null
      callOff?.()
    },
  }
}
