/** Virtual time: nothing in a history waits for a real clock. */
export interface Time {
  /** Ms since the history began. */
  now(): number
  after(ms: number, act: () => void): void
  /** Lets `ms` pass; what was due meanwhile happens in its order, each at its own instant. */
  pass(ms: number): void
  /** When the next thing happens by itself; null: nothing is under way. */
  next(): number | null
}

export function createTime(): Time {
  let now = 0
  let turn = 0
  let due: { at: number; turn: number; act: () => void }[] = []
  const first = () =>
    due.reduce<(typeof due)[number] | null>((a, b) => (a && (a.at < b.at || (a.at === b.at && a.turn < b.turn)) ? a : b), null)
  return {
    now: () => now,
    after(ms, act) {
      due.push({ at: now + ms, turn: turn++, act })
    },
    pass(ms) {
      const end = now + ms
      for (let one = first(); one && one.at <= end; one = first()) {
        due = due.filter((other) => other !== one)
        now = Math.max(now, one.at)
        one.act()
      }
      now = end
    },
    next: () => first()?.at ?? null,
  }
}
