import type { Log } from '../kit/log.ts'
import type { Outcome } from '../kit/outcome.ts'
import { workDone, working } from '../kit/working.ts'
import type { Worker } from './loop.ts'

interface Run {
  key: string
  signal: AbortSignal
  /** How often the library has tried before. */
  tries: number
}

/**
 * One look at one key, and the one line that tells how it ended. There the key is called `of`: what is named `key` is taken for a secret.
 */
export function runOnce(log: Log, worker: Worker, { key, signal, tries }: Run): Promise<Outcome> {
  const { queue } = worker
  const started = performance.now()
  const busy = { fn: queue, ...worker.about?.(key) }
  // Said twice it would only be in the way.
  const of = busy.orderId === key ? undefined : key
  return working(busy, async () => {
    try {
      const outcome = await worker.reconcile(key, signal)
      say(log, { queue, of, ms: Math.round(performance.now() - started) }, outcome)
      return outcome
    } catch (error) {
      log.error({ err: error, queue, of, tries, outcome: 'threw' }, 'a reconciler threw')
      throw error
    }
  })
}

function say(log: Log, run: { queue: string; of: string | undefined; ms: number }, outcome: Outcome): void {
  const { calls, told } = workDone()
  const facts = { ...run, outcome: outcome.kind, calls, ...told }
  if (outcome.kind === 'stuck') log.error({ ...facts, ...why(outcome) }, `stopped, needs a person: ${outcome.failure.say}`)
  else if (outcome.kind === 'retry') log.warn({ ...facts, ...why(outcome) }, `will be tried again: ${outcome.failure.say}`)
  // A look that found nothing to do is of no interest, and there are many.
  else if (calls === 0 && Object.keys(told).length === 0) log.debug(facts, 'nothing to do')
  else log.info(facts, `${outcome.kind === 'again' ? 'a step was done' : 'done'}${told['became'] ? `: ${told['became']}` : ''}`)
}

const why = (outcome: Extract<Outcome, { kind: 'retry' | 'stuck' }>) => ({
  code: outcome.failure.code,
  next: outcome.failure.next,
  facts: outcome.failure.facts,
  ...(outcome.kind === 'retry' ? { afterMs: outcome.afterMs } : {}),
})
