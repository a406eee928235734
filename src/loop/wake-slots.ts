interface Slot {
  id: string
  busy: boolean
}

/**
 * Which poller of this process is to look when there is something to do: one that has nothing to do, and only one, since each
 * look is a query. A poller that finds work has the next one look, so that many jobs are taken up at once all the same.
 */
export function createSlots(poke: (slotId: string) => void) {
  const queues = new Map<string, Slot[]>()
  const wakeOne = (queue: string): void => {
    const slots = queues.get(queue)
    const at = slots?.findIndex((slot) => !slot.busy) ?? -1
    const [slot] = slots && at >= 0 ? slots.splice(at, 1) : []
    if (!slots || !slot) return
    // To the end of the line: the next call wakes another one, even if this one has not looked yet.
    slots.push(slot)
    poke(slot.id)
  }
  return {
    wakeOne,
    wakeAll() {
      for (const queue of queues.keys()) wakeOne(queue)
    },
    /** @returns what is to be told of the slot: the library's id for it, when it begins, when it has ended */
    add(queue: string): { named(id: string): void; begin(): void; end(): void } {
      const slot: Slot = { id: '', busy: false }
      queues.set(queue, [...(queues.get(queue) ?? []), slot])
      return {
        named(id) {
          slot.id = id
        },
        begin() {
          slot.busy = true
          wakeOne(queue)
        },
        end() {
          slot.busy = false
          poke(slot.id)
        },
      }
    },
  }
}
