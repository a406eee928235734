import { hostname } from 'node:os'
import { pid } from 'node:process'
import type { DestinationStream } from 'pino'
import { Counter } from 'prom-client'
import type { Config } from '../config.ts'
import { openDb } from '../db/index.ts'
import type { Log } from '../kit/log.ts'
import { workingApart } from '../kit/working.ts'
import { createLogSink, type LogSink, saveLines } from '../operations/index.ts'
import { clockOf } from './clock.ts'
import { createLog } from './log.ts'

const dropped = new Counter({
  name: 'log_lines_dropped_total',
  help: 'Lines of this process that are on standard output alone: too many at once, or the database was away for too long.',
})

export interface KeptLog {
  log: Log
  /** Writes what is waiting; then nothing more is kept. */
  close(): Promise<void>
}

type LogSettings = Pick<Config, 'databaseUrl' | 'logLevel' | 'logKeepLevel' | 'sandboxed' | 'dataDir'>

/** A process must not linger for its log: what it says is on standard output. */
const CLOSE_MS = 3_000

/**
 * The log of a process: to standard output, and beside it to the database, over a connection of its own, so that a request neither
 * waits for it nor finds the pool empty because of it.
 * @param name such as `web`; the host and the process's number are added
 */
export function openLog(config: LogSettings, name: string, options: { level?: Config['logLevel']; out?: DestinationStream } = {}): KeptLog {
  const { level = config.logLevel, out } = options
  const [now, to] = [clockOf(config), out ? { out } : {}]
  if (config.logKeepLevel === 'off') return { log: createLog(level, { now, ...to }), close: async () => undefined }
  const db = openDb(config.databaseUrl, { max: 1, name: `givrwrld ${name} log` })
  const who = `${name}@${hostname()}:${pid}`
  const sink: LogSink = createLogSink({
    save: (lines) => saveLines(db, who, lines),
    onDrop: (lines) => dropped.inc(lines),
    onLost: (lost) => workingApart({ fn: 'logs' }, () => log.warn({ lost }, `${lost} lines were not kept: standard output alone has them`)),
  })
  const log = createLog(level, { now, kept: { level: config.logKeepLevel, stream: sink }, ...to })
  return {
    log,
    async close() {
      await sink.close(CLOSE_MS)
      // A connection that is stuck is left to the end of the process.
      await Promise.race([db.close(), new Promise((done) => setTimeout(done, CLOSE_MS).unref())])
    },
  }
}
