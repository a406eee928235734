interface Waiting<A, R> {
  ask: A
  done(result: R): void
  failed(error: unknown): void
}

/**
 * Makes one that is asked singly of what acts on many: what comes while earlier batches are under way goes together in the
 * next. Nobody waits on purpose. A batch that fails is tried one by one, so that nobody fails for another's sake.
 * @param act as many results as it was asked for, in the same order
 */
export function inBatches<A, R>(limits: { sizeMax: number; atOnce: number }, act: (asks: A[]) => Promise<R[]>): (ask: A) => Promise<R> {
  const waiting: Waiting<A, R>[] = []
  let running = 0

  const settle = async (batch: Waiting<A, R>[]): Promise<void> => {
    try {
      const results = await act(batch.map(({ ask }) => ask))
      for (const [i, one] of batch.entries()) one.done(results[i] as R)
    } catch (error) {
      if (batch.length === 1) batch[0]?.failed(error)
      else for (const one of batch) await settle([one])
    }
  }
  const go = async (): Promise<void> => {
    if (running >= limits.atOnce || waiting.length === 0) return
    running += 1
    await settle(waiting.splice(0, limits.sizeMax))
    running -= 1
    void go()
  }
  return (ask) =>
    new Promise((done, failed) => {
      waiting.push({ ask, done, failed })
      void go()
    })
}
