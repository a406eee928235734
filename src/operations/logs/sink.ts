import { SECOND } from '../../kit/time.ts'
import { type LogLine, readLine } from './line.ts'

/** Takes lines of the log as they are written, and keeps them in the database some moments later. Never throws, never waits. */
export interface LogSink {
  write(line: string): void
  /** Writes what is waiting; what is not written by then is lost, and counted. */
  close(withinMs: number): Promise<void>
  /** Lines that were not kept since the process started. */
  dropped(): number
}

export interface SinkParts {
  save(lines: LogLine[]): Promise<void>
  /** After lines were lost, once some are kept again. What it logs comes back like every other line. */
  onLost?(lines: number): void
  /** At once, for a counter. */
  onDrop?(lines: number): void
  limits?: Partial<SinkLimits>
}
export interface SinkLimits {
  /** Waiting at once; more are dropped. */
  lines: number
  chars: number
  /** So many are written in one statement, at once when they have come together. */
  batch: number
  everyMs: number
  /** Lines below `warn` in a second, on average: beyond that, who floods us would fill the disk. */
  quietASecond: number
}
export const SINK_LIMITS: SinkLimits = { lines: 5_000, chars: 8_000_000, batch: 500, everyMs: SECOND, quietASecond: 300 }

const RETRY_MS_MAX = 15 * SECOND
/** The level is what a line begins with. */
const QUIET = /^\{"level":"(?:debug|info)"/

export function createLogSink({ save, onLost, onDrop, limits: given }: SinkParts): LogSink {
  const limits = { ...SINK_LIMITS, ...given }
  let waiting: string[] = []
  let chars = 0
  let dropped = 0
  let told = 0
  let failures = 0
  let closed = false
  let writing: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  const brake = createBrake(limits.quietASecond, limits.lines)

  const drop = (lines: number) => {
    dropped += lines
    onDrop?.(lines)
  }
  const soon = (ms: number) => {
    if (timer !== null || closed) return
    timer = setTimeout(() => {
      timer = null
      void start()
    }, ms)
    // A process that has nothing else to do may end; whoever ends it closes us first.
    timer.unref()
  }
  const start = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = null
      if (waiting.length > 0) soon(failures === 0 ? limits.everyMs : Math.min(RETRY_MS_MAX, limits.everyMs * 2 ** failures))
    })
    return writing
  }
  const writeAll = async () => {
    do {
      const batch = waiting.splice(0, limits.batch)
      const size = batch.reduce((sum, line) => sum + line.length, 0)
      chars -= size
      const lines = batch.map(readLine).filter((line) => line !== null)
      try {
        if (lines.length > 0) await save(lines)
        failures = 0
      } catch (thrown) {
        failures += 1
        if (refused(thrown)) drop(lines.length)
        else {
          waiting = [...batch, ...waiting]
          chars += size
          return
        }
      }
    } while (waiting.length >= (closed ? 1 : limits.batch))
    if (dropped > told && failures === 0) {
      const lost = dropped - told
      told = dropped
      onLost?.(lost)
    }
  }

  return {
    write(line) {
      const full = waiting.length >= limits.lines || chars + line.length > limits.chars
      if (closed || full || (QUIET.test(line) && !brake())) {
        drop(1)
        return
      }
      waiting.push(line)
      chars += line.length
      // While the database is away the timer alone decides when it is tried again.
      if (waiting.length >= limits.batch && failures === 0) void start()
      else if (writing === null) soon(limits.everyMs)
    },
    async close(withinMs) {
      if (timer !== null) clearTimeout(timer)
      timer = null
      closed = true
      const patience = new AbortController()
      const wait = new Promise<void>((done) => {
        const late = setTimeout(done, withinMs)
        patience.signal.addEventListener('abort', () => {
          clearTimeout(late)
          done()
        })
      })
      await Promise.race([wait, (writing ?? Promise.resolve()).then(() => (waiting.length > 0 ? start() : undefined))])
      patience.abort()
      drop(waiting.length)
      waiting = []
      chars = 0
    },
    dropped: () => dropped,
  }
}

/** The database is there and does not take these lines: it would not take them a second time either. */
function refused(thrown: unknown): boolean {
  const code = thrown !== null && typeof thrown === 'object' && 'code' in thrown ? String(thrown.code) : ''
  return /^(?:22|23|42)...$/.test(code)
}

/** So many a second on average, and once as many as `burst` together. */
function createBrake(aSecond: number, burst: number): () => boolean {
  let left = burst
  let at = performance.now()
  return () => {
    const now = performance.now()
    left = Math.min(burst, left + ((now - at) / SECOND) * aSecond)
    at = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
