interface Waiting {
  rank: number
  enter(): void
}

/** The last place is kept from these ranks on, so that calls that hang never lock out the watch and staff. */
const MODEST_RANK = 2

/** At most `max` at once in this process; who waits is let in by rank, then by turn. */
export function createSlots(max: number) {
  let free = max
  const queue: Waiting[] = []
  const mayEnter = (rank: number): boolean => free > (rank >= MODEST_RANK && max > 1 ? 1 : 0)
  const admit = () => {
    const [first] = queue
    if (!first || !mayEnter(first.rank)) return
    queue.shift()
    free -= 1
    first.enter()
  }
  /** The way out, which may be called more than once. */
  const wayOut = () => {
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      free += 1
      admit()
    }
  }
  /** @returns the way out. Rejects when `signal` aborts first. */
  const enter = (rank: number, signal: AbortSignal | undefined): Promise<() => void> => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (mayEnter(rank) && !queue.some((other) => other.rank <= rank)) {
      free -= 1
      return Promise.resolve(wayOut())
    }
    return new Promise((resolve, reject) => {
      const callOff = () => {
        queue.splice(queue.indexOf(waiting), 1)
        reject(signal?.reason)
      }
      const waiting: Waiting = {
        rank,
        enter() {
          signal?.removeEventListener('abort', callOff)
          resolve(wayOut())
        },
      }
      const behind = queue.findIndex((other) => other.rank > rank)
      queue.splice(behind === -1 ? queue.length : behind, 0, waiting)
      signal?.addEventListener('abort', callOff, { once: true })
    })
  }
  return { enter }
}
