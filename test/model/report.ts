import type { RunDetails } from 'fast-check'
import type { History } from './history.ts'
import { runHistory } from './run-history.ts'

const STORY_MAX = 160

/** What failed, and the smallest history that shows it: one line a deed, the seed to see it again, and how it went. */
export async function reportOf(result: RunDetails<[History]>): Promise<string | null> {
  if (!result.failed) return null
  const [history] = result.counterexample ?? []
  const story: string[] = []
  if (history) await runHistory(history, {}, story).catch(() => undefined)
  const { deeds = [], ...start } = history ?? {}
  const error = result.errorInstance
  const text = error instanceof Error ? (error.name === 'Broke' ? error.message : error.stack) : String(error)
  const lines = [JSON.stringify(start), ...deeds.map((deed) => JSON.stringify(deed))]
  return `${text}\nafter ${result.numRuns} histories, shrunk ${result.numShrinks} times; MODEL_SEED=${result.seed}\n${lines.join('\n')}\n${shortened(story).join('\n')}`
}

/** Its beginning and its end. */
const shortened = (story: string[]): string[] =>
  story.length <= STORY_MAX ? story : [...story.slice(0, STORY_MAX / 2), '…', ...story.slice(-STORY_MAX / 2)]
