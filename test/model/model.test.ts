import './replaced.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyHistory } from './history.ts'
import { INVARIANTS } from './judge.ts'
import { reportOf } from './report.ts'
import { runHistory } from './run-history.ts'

const RUNS = Number(process.env['MODEL_RUNS'] ?? 20_000)
/** `MODEL_SEED=$RANDOM` looks elsewhere. */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_260_301)

test('every history ends well', async () => {
  const startedAt = performance.now()
  const sums = new Map<string, number>()
  const count = (name: string, by = 1) => sums.set(name, (sums.get(name) ?? 0) + by)
  const result = await fc.check(
    fc.asyncProperty(anyHistory, async (history) => {
      const { judge, payments } = await runHistory(history)
      count('orders paid', payments.size)
      count('creates sent', judge.tally.creates)
      count('servers made', judge.tally.made)
      count('taken back by the panel', judge.tally.takenBack)
      count('servers taken as ours', judge.tally.taken)
      count('servers resized', judge.tally.resized)
      for (const deed of history.deeds) count(`deed ${deed.do}`)
    }),
    { seed: SEED, numRuns: RUNS },
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const counts = [...sums].map(([name, sum]) => `${name} ${sum}`).join(', ')
  console.info(
    `${result.numRuns} histories in ${seconds.toFixed(1)} s (${Math.round(result.numRuns / seconds)} a second), seed ${SEED}: ${counts}`,
  )
  for (const [name, sentence] of Object.entries(INVARIANTS)) console.info(`  ${result.failed ? 'checked' : 'held'}: ${name}: ${sentence}`)
  expect(await reportOf(result)).toBeNull()
}, 1_200_000)
