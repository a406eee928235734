import { sql } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import { PlanKeepingClient, type SendWakes } from '../db/index.ts'
import type { Log } from '../kit/log.ts'
import type { Outcome } from '../kit/outcome.ts'
import { type Busy, working } from '../kit/working.ts'
import { type Listening, listen } from './listen.ts'
import { runOnce } from './run-once.ts'
import { createSlots } from './wake-slots.ts'

/** One reconciler: a queue of its own, so that a slow one never holds up the others. */
export interface Worker {
  queue: string
  /** Keys worked on at once in this process. One key never runs twice at a time, over all processes. */
  slots: number
  /** What the log says that a run is about. */
  about?(key: string): Busy
  reconcile(key: string, signal: AbortSignal): Promise<Outcome>
  /** Called when the library has given up on a key after all its retries (a bug or a very long outage). */
  giveUp?(key: string): Promise<void>
}
/** Something done on a timer in each worker process; what must not be done twice at once claims its rows itself. */
export interface Ticker {
  name: string
  /** What the log calls it, if not by its name. */
  fn?: string
  everyMs: number
  tick(signal: AbortSignal): Promise<void>
}

export interface Loop {
  /** For db.onWake: puts keys on the queues of their topics inside the transaction, as its last statements. */
  sendWakes: SendWakes
  start(): Promise<void>
  startWorkers(workers: Worker[], tickers: Ticker[]): Promise<void>
  /** Tickers alone: for a process that works on no queue. */
  startTickers(tickers: Ticker[]): void
  /** Lets running handlers finish: after 8 s they are told to stop, after 20 s they are left. */
  stop(): Promise<void>
  /** Whether the job library is up. */
  ready(): boolean
}

/**
 * Topic → queues that it wakes: at once, or a little later where something else should have the way free. What is put off is
 * fetched by the queue's poll, once a second.
 */
export type Topics = Record<string, (string | { queue: string; afterMs: number })[]>

const RETENTION_SECONDS = 90 * 86_400
const RETRIES_MAX = 12
const STOP_MS = 20_000
/** Cut off in the middle, a call's result is unknown and the order waits it out; most calls are done by then. */
const GRACE_MS = 8_000
const QUEUE_OPTIONS = {
  policy: 'stately',
  // Its own notifications wake every poller of every process for one job; ours wake one in each.
  notify: false,
  heartbeatSeconds: 10,
  expireInSeconds: 180,
  retryLimit: RETRIES_MAX,
  // Only who died or was cut off comes back this way: the next one takes it up soon, and each further death of a key makes it later.
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  retentionSeconds: RETENTION_SECONDS,
  deleteAfterSeconds: 3_600,
} as const
const DEAD = 'dead_letters'
/** Names of queues that have something to do now, separated by blanks. */
const CHANNEL = 'givrwrld_jobs'

/**
 * The driver over pg-boss. Each of its defaults that loses or delays work is covered here; docs/decisions/0002 says which and why.
 */
export function createLoop(options: {
  databaseUrl: string
  topics: Topics
  log: Log
  name: string
  poolMax?: number
  graceMs?: number
}): Loop {
  const { log, topics } = options
  const targetsOf = (topic: string) => topics[topic]?.map((target) => (typeof target === 'string' ? { queue: target, afterMs: 0 } : target))
  const queues = [
    ...new Set(
      Object.keys(topics)
        .flatMap((topic) => targetsOf(topic) ?? [])
        .map(({ queue }) => queue),
    ),
  ]
  // These go through to pg.Pool, though the types do not list them: a silent connection must not hang a worker.
  const pool = { query_timeout: 10_000, keepAlive: true, Client: PlanKeepingClient }
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    application_name: options.name,
    max: options.poolMax ?? 12,
    schema: 'pgboss',
    migrate: false,
    createSchema: false,
    useListenNotify: false,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    schedule: false,
    ...pool,
  })
  boss.on('error', (error) => log.error({ err: error }, 'job library'))
  let up = false
  /** Nothing new is begun. */
  const closing = new AbortController()
  /** What runs is to end. */
  const stopping = new AbortController()
  const timers = new Set<Promise<void>>()
  const worked = new Set<string>()
  const slots = createSlots((id) => boss.notifyWorker(id))
  let listening: Listening | null = null

  const hear = (payload: string | null) => {
    if (payload === null) slots.wakeAll()
    else for (const queue of payload.split(' ')) slots.wakeOne(queue)
  }
  const enqueueLater = async (queue: string, key: string, afterMs: number) => {
    await boss.send(queue, { key }, { singletonKey: key, startAfter: new Date(Date.now() + afterMs) })
  }
  const act = async (queue: string, key: string, outcome: Outcome) => {
    if (outcome.kind === 'again') await enqueueLater(queue, key, outcome.afterMs)
    if (outcome.kind === 'retry') await enqueueLater(queue, key, outcome.afterMs)
    if (outcome.kind === 'settled' && outcome.lookAgainMs !== null) await enqueueLater(queue, key, outcome.lookAgainMs)
  }

  return {
    async sendWakes(tx, wakes) {
      const db = fromKysely(tx)
      const now = new Set<string>()
      for (const { topic, key } of wakes) {
        const targets = targetsOf(topic)
        if (!targets) throw new Error(`no queue listens to the topic ${topic}`)
        for (const { queue, afterMs } of targets) {
          if (afterMs === 0) now.add(queue)
          // Neither updated nor inserted: the queued job was fetched between the two; the second try inserts.
          for (let tries = 0; tries < 5; tries += 1) {
            const { updated, inserted } = await boss.upsert(queue, { key }, { singletonKey: key, startAfter: afterMs / 1_000, db })
            if (updated + inserted > 0) break
          }
        }
      }
      if (now.size > 0) await sql`select pg_notify(${CHANNEL}, ${[...now].join(' ')})`.execute(tx)
    },
    async start() {
      await boss.start({ attempts: 10 })
      await boss.createQueue(DEAD, { retentionSeconds: RETENTION_SECONDS })
      for (const queue of queues) await boss.createQueue(queue, { ...QUEUE_OPTIONS, deadLetter: DEAD })
      up = true
    },
    async startWorkers(workers, tickers) {
      for (const worker of workers) {
        worked.add(worker.queue)
        // One job a poll is the library's way; so many independent pollers, woken at once when one has finished.
        for (let slot = 0; slot < worker.slots; slot += 1) {
          const place = slots.add(worker.queue)
          const id = await boss.work(
            worker.queue,
            { batchSize: 1, pollingIntervalSeconds: 1, heartbeatRefreshSeconds: 3, includeMetadata: true },
            async ([job]) => {
              if (!job) return
              place.begin()
              const { key } = job.data as { key: string }
              try {
                const signal = AbortSignal.any([job.signal, stopping.signal])
                await act(worker.queue, key, await runOnce(log, worker, { key, signal, tries: job.retryCount }))
              } finally {
                place.end()
              }
            },
          )
          place.named(id)
        }
      }
      const giveUps = new Map(workers.map((worker) => [worker.queue, worker.giveUp]))
      const busy = new Map(workers.map((worker) => [worker.queue, worker.about]))
      await boss.work(DEAD, { batchSize: 1, pollingIntervalSeconds: 2, includeMetadata: true }, async ([job]) => {
        if (!job) return
        const { key } = job.data as { key: string }
        const queue = job.sourceName ?? ''
        // A run that fails, or whose process dies, while another of its key waits for its retry has no place to wait in: the
        // library buries it at once. That is no end; only spent retries are.
        if ((job.sourceRetryCount ?? RETRIES_MAX) < RETRIES_MAX) {
          await boss.upsert(queue, { key }, { singletonKey: key, startAfter: 0 })
          return
        }
        await working(busy.get(queue)?.(key) ?? { fn: queue }, async () => {
          log.error({ queue, of: key }, 'given up after all retries')
          await giveUps.get(queue)?.(key)
        })
      })
      listening = await listen({ databaseUrl: options.databaseUrl, channel: CHANNEL, log }, hear)
      this.startTickers(tickers)
    },
    startTickers(tickers) {
      for (const ticker of tickers) timers.add(runTicker(ticker, log, closing.signal))
    },
    async stop() {
      up = false
      const why = new Error('the process is stopping')
      closing.abort(why)
      const patience = setTimeout(() => stopping.abort(why), options.graceMs ?? GRACE_MS)
      // Told apart from the rest, since a timed task may take its time: meanwhile nothing more is fetched.
      for (const queue of worked) await boss.offWork(queue, { wait: false })
      await Promise.all(timers)
      await listening?.close()
      await boss.stop({ graceful: true, timeout: STOP_MS })
      clearTimeout(patience)
    },
    ready: () => up,
  }
}

/** Makes or updates the library's own tables. Without time-outs, since a migration may take long. */
export async function migrateLoop(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'givrwrld migrate',
    schema: 'pgboss',
    supervise: false,
    schedule: false,
  })
  await boss.start()
  await boss.stop({ graceful: false })
}

/** Ticks until told to stop; one tick at a time, a failed one is logged and the next comes as usual. */
async function runTicker(ticker: Ticker, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await working({ fn: ticker.fn ?? ticker.name }, async () => {
      try {
        await ticker.tick(signal)
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, ticker: ticker.name }, 'a timed task failed')
      }
    })
    // Told to stop during the tick: that signal does not come again.
    if (signal.aborted) return
    await new Promise<void>((done) => {
      const timer = setTimeout(finish, ticker.everyMs)
      function finish() {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        done()
      }
      signal.addEventListener('abort', finish)
    })
  }
}
