interface Waiting {
  rank: number
  enter(): void
}

/** At most `max` at once in this process; who waits is let in by rank, then by turn. */
export function createSlots(max: number) {
  let free = max
  const queue: Waiting[] = []
  const release = () => {
    const next = queue.shift()
    if (next) next.enter()
    else free += 1
  }
  /** @returns the way out, which may be called more than once. Rejects when `signal` aborts first. */
  const enter = (rank: number, signal: AbortSignal | undefined): Promise<() => void> => {
    const once = () => {
      let open = true
      return () => {
        if (open) release()
        open = false
      }
    }
    if (free > 0) {
      free -= 1
      return Promise.resolve(once())
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
          resolve(once())
        },
      }
      const behind = queue.findIndex((other) => other.rank > rank)
      queue.splice(behind === -1 ? queue.length : behind, 0, waiting)
      signal?.addEventListener('abort', callOff, { once: true })
    })
  }
  return { enter }
}
