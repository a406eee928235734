import { Failure } from '../../src/kit/failure.ts'
import { silentLog } from '../../src/kit/log.ts'
import type { Outcome } from '../../src/kit/outcome.ts'
import { later } from '../../src/kit/time.ts'
import type { PanelHooks } from '../../src/outside/panel/types.ts'
import { createBudget } from '../../src/servers/budget.ts'
import type { ServersWorld } from '../../src/servers/work.ts'
import type { Broken, Database } from './database.ts'
import type { Fate, ModelPanel } from './panel.ts'
import { T0 } from './shop.ts'
import type { Time } from './time.ts'
import { createWire, type PanelMode } from './wire.ts'

/** One run of a reconciler in one worker process. */
export interface Run {
  name: string
  key: string
  worker: number
  stop: AbortController
  state: 'going' | 'over' | 'killed'
}
/** Where a run stands still until the schedule lets it go on. One that is left there for long was frozen. */
interface Point {
  run: Run
  where: string
  since: number
  ready(): boolean
  go(fate: Fate): void
}
export interface RunEvents {
  sends(run: Run, what: string, about: { externalId: string | null; id: number | null; wroteState: number }): void
  ends(what: string, externalId: string | null): void
  over(run: Run, failure: Failure | null): void
}

const LEASE_MS = 8_000
const PATIENCE_MS = 12_000
/** Lets everything that can go on without the schedule do so. */
const settle = () => new Promise<void>((done) => setImmediate(done))

interface Parts {
  database: Database
  panel: ModelPanel
  time: Time
  mode: PanelMode
  broken: Broken
  /** Ms that each worker's clock is off. */
  skew: number[]
  events: RunEvents
  tell(line: string): void
}

/** The runs of all workers and what each waits for. Nothing happens between two points: the schedule decides everything. */
export function createRuns({ database, panel, time, mode, broken, skew, events, tell }: Parts) {
  let points: Point[] = []
  const runs: Run[] = []
  let lease: { run: Run; freeAt: number | null } | null = null
  const clock = (worker: number) => () => later(T0, time.now() + (skew[worker] ?? 0))

  const stand = (run: Run, where: string, ready: () => boolean): Promise<Fate> =>
    new Promise((resolve) => {
      if (run.state === 'killed') return
      points.push({ run, where, since: time.now(), ready, go: resolve })
    })
  /** A holder that was killed or frozen loses the lease after a while. */
  const leaseFree = (): boolean => {
    if (!lease) return true
    const { run } = lease
    const frozen = points.find((point) => point.run === run && point.ready())
    return time.now() >= (lease.freeAt ?? (frozen ? frozen.since + LEASE_MS : Number.POSITIVE_INFINITY))
  }

  const worldOf = (run: Run): ServersWorld => {
    const now = clock(run.worker)
    const db = database.connect({
      pause: async (where) => void (await stand(run, where, () => true)),
      async takeTurn() {
        const askedAt = time.now()
        await stand(run, 'turn', () => leaseFree() || time.now() - askedAt >= PATIENCE_MS)
        if (!leaseFree()) return false
        lease = { run, freeAt: null }
        return true
      },
      endTurn() {
        if (lease?.run === run) lease = null
      },
    })
    const hooks: PanelHooks = createBudget({ db: db as unknown as ServersWorld['db'], now })
    const wire = createWire(panel, time, mode, broken, {
      hooks,
      beforeSend: () => stand(run, 'send', () => true),
      wait: async (ready) => void (await stand(run, 'answer', ready)),
      sends(what, externalId, id) {
        tell(`${run.name} sends ${what}`)
        events.sends(run, what, { externalId, id, wroteState: db.wrote.state })
      },
      ends: events.ends,
    })
    return { db: db as unknown as ServersWorld['db'], panel: wire, now, log: silentLog }
  }

  const start = async (key: string, worker: number, body: (world: ServersWorld, signal: AbortSignal) => Promise<Outcome>): Promise<Run> => {
    const run: Run = { name: `${key}#${runs.length}`, key, worker, stop: new AbortController(), state: 'going' }
    runs.push(run)
    const end = (failure: Failure | null) => {
      if (run.state !== 'going') return
      run.state = 'over'
      tell(`${run.name} is over${failure ? `: ${failure.code} ${failure.say}` : ''}`)
      events.over(run, failure)
    }
    body(worldOf(run), run.stop.signal).then(
      () => end(null),
      (thrown) =>
        end(
          thrown instanceof Failure ? thrown : new Failure({ code: 'thrown', kind: 'bug', say: String(thrown?.stack ?? thrown), next: '' }),
        ),
    )
    await settle()
    return run
  }

  const ready = () => points.filter((point) => point.ready())

  return {
    start,
    going: () => runs.filter((run) => run.state === 'going'),
    ready,
    /** Lets one of the points that can go on do so. @returns where, null: none can */
    async step(choice: number, fate: Fate): Promise<{ where: string; run: Run } | null> {
      const can = ready()
      const point = can[choice % Math.max(1, can.length)]
      if (!point) return null
      points = points.filter((other) => other !== point)
      tell(`${point.run.name} goes on from ${point.where}${point.where === 'send' ? `: ${fate}` : ''}`)
      point.go(fate)
      await settle()
      return point
    },
    /** The next point of this run, if it can go on. */
    indexOf: (run: Run): number => ready().findIndex((point) => point.run === run),
    kill(run: Run) {
      run.state = 'killed'
      points = points.filter((point) => point.run !== run)
      if (lease?.run === run) lease.freeAt = time.now() + LEASE_MS
    },
    /** When the first of those that wait for the panel gives up waiting; null: nobody waits. */
    waiting: () => points.length > 0,
    clock,
  }
}
export type Runs = ReturnType<typeof createRuns>
