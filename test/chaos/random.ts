/** Chance that is the same for the same seed. */
export interface Random {
  /** 0..1 */
  next(): number
  /** Whole, both ends included. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  shuffled<T>(list: readonly T[]): T[]
}

/** @param stream a name, so that one part drawing more often does not change what another draws */
export function createRandom(seed: number, stream: string): Random {
  let state = seed >>> 0
  for (const letter of stream) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from')
      return list[int(0, list.length - 1)] as (typeof list)[number]
    },
    shuffled(list) {
      const all = [...list]
      for (let last = all.length - 1; last > 0; last -= 1) {
        const other = int(0, last)
        const kept = all[last] as (typeof all)[number]
        all[last] = all[other] as (typeof all)[number]
        all[other] = kept
      }
      return all
    },
  }
}
