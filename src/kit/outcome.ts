import type { Failure } from './failure.ts'

/** What a reconciler says after one look at one key. The loop acts on it; the room has saved what it wants remembered. */
export type Outcome =
  | { kind: 'settled'; lookAgainMs: number | null }
  | { kind: 'again'; afterMs: number }
  | { kind: 'retry'; failure: Failure; afterMs: number }
  | { kind: 'stuck'; failure: Failure }

export const settled = (lookAgainMs: number | null = null): Outcome => ({ kind: 'settled', lookAgainMs })
export const again = (afterMs = 0): Outcome => ({ kind: 'again', afterMs })
export const retry = (failure: Failure, afterMs: number): Outcome => ({ kind: 'retry', failure, afterMs })
export const stuck = (failure: Failure): Outcome => ({ kind: 'stuck', failure })
