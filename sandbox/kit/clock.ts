/**
 * The sandbox's time: the real clock plus an offset that tests and the faults page may push forward.
 * Timers are due at instants of this clock, so `advance` fires what falls due on the way, in order.
 */
export interface Clock {
  now(): Date
  /** Moves time forward by `ms` and awaits every timer that falls due on the way. */
  advance(ms: number): Promise<void>
  /** Runs `act` once, `ms` milliseconds of this clock from now. Returns a way to call it off. */
  after(ms: number, act: () => void | Promise<void>): () => void
  /** Forgets every timer; nothing is left running. */
  close(): void
}

interface Due {
  at: number
  act: () => void | Promise<void>
  timer: NodeJS.Timeout | null
}

/** @param offsetMs start this far ahead of the real clock (a restarted sandbox keeps its advanced time). */
export function createClock(offsetMs = 0): Clock {
  let offset = offsetMs
  const waiting = new Set<Due>()
  const nowMs = () => Date.now() + offset

  const fire = async (due: Due) => {
    if (!waiting.delete(due)) return
    if (due.timer) clearTimeout(due.timer)
    await due.act()
  }
  const arm = (due: Due) => {
    if (due.timer) clearTimeout(due.timer)
    // setTimeout holds 2^31 ms at most; a longer wait is armed again on the way.
    const wait = Math.min(Math.max(due.at - nowMs(), 0), 2_000_000_000)
    due.timer = setTimeout(() => {
      if (due.at > nowMs()) arm(due)
      else void fire(due)
    }, wait)
    due.timer.unref()
  }

  return {
    now: () => new Date(nowMs()),
    async advance(ms) {
      const target = nowMs() + ms
      for (;;) {
        const next = [...waiting].filter((due) => due.at <= target).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        offset += Math.max(0, next.at - nowMs())
        await fire(next)
      }
      offset += Math.max(0, target - nowMs())
      for (const due of waiting) arm(due)
    },
    after(ms, act) {
      const due: Due = { at: nowMs() + ms, act, timer: null }
      waiting.add(due)
      arm(due)
      return () => {
        waiting.delete(due)
        if (due.timer) clearTimeout(due.timer)
      }
    },
    close() {
      for (const due of waiting) if (due.timer) clearTimeout(due.timer)
      waiting.clear()
    },
  }
}
