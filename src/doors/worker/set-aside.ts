import { databaseDown, wake } from '../../db/index.ts'
import { addStrike, clearStrikes, openFinding, type Repair, resolveFinding, struckKeys } from '../../findings/index.ts'
import { asFailure, Failure } from '../../kit/failure.ts'
import { type Outcome, retry, stuck } from '../../kit/outcome.ts'
import { backOffMs, later, MINUTE, SECOND } from '../../kit/time.ts'
import type { Worker } from '../../loop/index.ts'
import type { World } from '../../world.ts'
import { TOPICS } from './topics.ts'

export const SET_ASIDE = 'operations.work_set_aside'
type Aside = Pick<World, 'db' | 'now' | 'log'>

/** Some six minutes of trying: longer than a database takes to come back. */
const STRIKES_MAX = 8
const ASIDE_MS_MAX = 10 * MINUTE

interface Hooks {
  /** The room's own way of telling a person. @returns false: it has none for this key */
  giveUp?(key: string): Promise<boolean>
  /** Moves the key's own date, where its row has one: a timer wakes what is due every few seconds. */
  putOff?(key: string, until: Date): Promise<void>
}

/**
 * A key whose work throws is set aside, further and further, so that it neither spins nor takes a slot from the others; after
 * some times a person is told. Whatever wakes it tries it once.
 */
export function settingAside(world: Aside, worker: Worker, hooks: Hooks = {}): Worker {
  const { queue } = worker
  const { q } = world.db
  const struck = rememberStruck(world, queue)

  const tell = async (key: string, count: number, error: string): Promise<boolean> => {
    if (await hooks.giveUp?.(key)) return true
    await world.db.tx((tx) =>
      openFinding(tx, {
        ...about(queue, key),
        severity: 'critical',
        summary: `Work on “${key}” of the queue ${queue} failed ${count} times in a row: ${error.split('\n')[0]}`,
        remedy:
          'A fault of this software: look for the key in the log and report it. It is tried again by itself; repair this to try it now.',
        evidence: { queue, key, count, error },
        at: world.now(),
      }),
    )
    return false
  }
  const fail = async (key: string, thrown: unknown): Promise<Outcome> => {
    const at = world.now()
    const error = textOf(thrown)
    const count = await addStrike(q, { queue, key, error, at })
    world.log.error({ err: thrown, queue, key, count }, 'work on a key failed and is set aside')
    if (count >= STRIKES_MAX && (await tell(key, count, error))) return stuck(asFailure(thrown))
    const afterMs = backOffMs(count + 1, ASIDE_MS_MAX)
    await hooks.putOff?.(key, later(at, afterMs))
    return retry(asFailure(thrown), afterMs)
  }
  const forget = async (key: string) => {
    if ((await clearStrikes(q, { queue, key })) < STRIKES_MAX) return
    await world.db.tx((tx) => resolveFinding(tx, { ...about(queue, key), by: 'loop', reason: 'It went through.', at: world.now() }))
  }

  return {
    ...worker,
    async reconcile(key, signal) {
      let outcome: Outcome
      try {
        outcome = await worker.reconcile(key, signal)
      } catch (thrown) {
        // Told to stop in the middle, or the database is away: the loop comes again, and it says nothing about the key.
        if (signal.aborted || databaseDown(thrown)) throw thrown
        struck.add(key)
        return fail(key, thrown)
      }
      if (await struck.had(key)) await forget(key)
      return outcome
    },
    giveUp: async (key) => void (await tell(key, STRIKES_MAX, 'given up by the job library after all its retries')),
  }
}

const LOOK_MS = 10 * SECOND

/** Which keys have strikes, of any process: asked of the database once in a while, since nearly always there are none. */
function rememberStruck({ db, now }: Aside, queue: string) {
  let keys = new Set<string>()
  let readAt = 0
  return {
    add: (key: string) => void keys.add(key),
    async had(key: string): Promise<boolean> {
      const at = now().getTime()
      if (Math.abs(at - readAt) > LOOK_MS) {
        readAt = at
        keys = new Set(await struckKeys(db.q, queue))
      }
      return keys.delete(key)
    },
  }
}

const about = (queue: string, key: string) => ({ kind: SET_ASIDE as typeof SET_ASIDE, subject: { type: 'work', id: `${queue} ${key}` } })

/** PostgreSQL takes no NUL in a text. */
function textOf(thrown: unknown): string {
  const failure = asFailure(thrown)
  const said = failure.kind === 'bug' ? String(failure.facts['error'] ?? failure.say) : `${failure.code}: ${failure.say}`
  return said.replaceAll('\u0000', '').slice(0, 1_000)
}

/** Wakes the key on the topic that its queue hears. */
export const retryAside: Repair<Pick<World, 'db'>> = async (world, ask) => {
  const { queue, key } = ask.finding.evidence as { queue: string; key: string }
  const topic = Object.keys(TOPICS).find((one) => TOPICS[one]?.some((heard) => (typeof heard === 'string' ? heard : heard.queue) === queue))
  const did = `Work on “${key}” of the queue ${queue} at once.`
  if (!topic)
    throw new Failure({
      code: 'operations.no_such_queue',
      kind: 'conflict',
      say: `No topic wakes the queue ${queue}.`,
      next: 'Resolve this finding.',
    })
  if (!ask.dryRun) await world.db.tx((tx) => wake(tx, topic, key))
  return { did, mended: false }
}
