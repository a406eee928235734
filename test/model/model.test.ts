import './replaced.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyHistory } from './history.ts'
import { INVARIANTS } from './judge.ts'
import { reportOf } from './report.ts'
import { runHistory } from './run-history.ts'

const RUNS = Number(process.env['MODEL_RUNS'] ?? 15_000)
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000)

test('every history ends well', async () => {
  const startedAt = performance.now()
  const result = await fc.check(
    fc.asyncProperty(anyHistory, async (history) => {
      await runHistory(history)
    }),
    { seed: SEED, numRuns: RUNS },
  )
  const seconds = (performance.now() - startedAt) / 1_000
  console.info(
    `${result.numRuns} histories in ${seconds.toFixed(1)} s (${Math.round(result.numRuns / seconds)} a second), seed ${SEED}; held: ${Object.keys(INVARIANTS).join(', ')}`,
  )
  expect(await reportOf(result)).toBeNull()
}, 600_000)
