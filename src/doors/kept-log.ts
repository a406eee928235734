import { hostname } from 'node:os'
import { pid } from 'node:process'
import type { DestinationStream } from 'pino'
import type { Config } from '../config.ts'
import { openDb } from '../db/index.ts'
import type { Log } from '../kit/log.ts'
import { createLogSink, type LogSink, saveLines } from '../operations/index.ts'
import { clockOf } from './clock.ts'
import { createLog } from './log.ts'

export interface KeptLog {
  log: Log
  /** Lines that are not in the database since the process started, and will not be. */
  dropped(): number
  /** Writes what is waiting; then nothing more is kept. */
  close(): Promise<void>
}

/** A process must not linger for its log: what it says is on standard output. */
const CLOSE_MS = 3_000

/**
 * The log of a process: to standard output, and beside it to the database, over a connection of its own, so that a request neither
 * waits for it nor finds the pool empty because of it.
 * @param name such as `web`; the host and the process's number are added
 */
export function openLog(config: Config, name: string, options: { level?: Config['logLevel']; out?: DestinationStream } = {}): KeptLog {
  const { level = config.logLevel, out } = options
  const [now, to] = [clockOf(config), out ? { out } : {}]
  if (config.logKeepLevel === 'off') return { log: createLog(level, { now, ...to }), dropped: () => 0, close: async () => undefined }
  const db = openDb(config.databaseUrl, { max: 1, name: `givrwrld ${name} log` })
  const who = `${name}@${hostname()}:${pid}`
  const sink: LogSink = createLogSink({
    save: (lines) => saveLines(db, who, lines),
    onLost: (lost) => log.warn({ fn: 'logs', lost }, `${lost} lines of the log were not kept; they are on standard output alone`),
  })
  const log = createLog(level, { now, kept: { level: config.logKeepLevel, stream: sink }, ...to })
  return {
    log,
    dropped: sink.dropped,
    async close() {
      await sink.close(CLOSE_MS)
      // A connection that is stuck is left to the end of the process.
      await Promise.race([db.close(), new Promise((done) => setTimeout(done, CLOSE_MS).unref())])
    },
  }
}
