/** @param values in any order; empty gives NaN */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
export const median = (values: number[]): number => percentile(values, 0.5)

/** How far the runs lie apart, as a share of their median. */
export function spread(values: number[]): number {
  const apart = Math.max(...values) - Math.min(...values)
  return apart === 0 ? 0 : apart / median(values)
}

/** Milliseconds that `act` took. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await act()
  return performance.now() - started
}

/**
 * `writers` loops at once for `ms`, after a warm-up that is not counted. Each call of `act` is one piece of work.
 * @returns pieces a second
 */
export async function rate(
  ask: { writers: number; ms: number; warmUpMs: number },
  act: (writer: number) => Promise<unknown>,
): Promise<number> {
  const from = performance.now() + ask.warmUpMs
  const until = from + ask.ms
  let done = 0
  const loop = async (writer: number) => {
    for (;;) {
      await act(writer)
      const now = performance.now()
      if (now >= until) return
      if (now >= from) done += 1
    }
  }
  await Promise.all(Array.from({ length: ask.writers }, (_, writer) => loop(writer)))
  return (done * 1_000) / ask.ms
}

/** Runs `floor` and `product` by turns, so that a busy moment of the machine hits both. */
export async function byTurns(
  runs: number,
  floor: () => Promise<number>,
  product: () => Promise<number>,
): Promise<{ floor: number[]; product: number[] }> {
  const measured = { floor: [] as number[], product: [] as number[] }
  for (let run = 0; run < runs; run += 1) {
    measured.floor.push(await floor())
    measured.product.push(await product())
  }
  return measured
}
