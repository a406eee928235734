import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Log } from '../kit/log.ts'
import { type Listening, listen } from './listen.ts'

/** A doorbell over PostgreSQL's NOTIFY: rung after a commit, heard by every worker process. A hint only; listeners have a timer too. */
export interface Bell {
  /** Heard at once in this process, and elsewhere by NOTIFY: the first ring goes out at once, then at most one in 10 ms. */
  ring(): void
  /** Calls `hear` on each ring, and once on every (re)connection, since rings may have been missed. */
  listen(hear: () => void): Promise<void>
  close(): Promise<void>
}

const QUIET_MS = 10

export function createBell(options: { databaseUrl: string; pool: pg.Pool; channel: string; log: Log }): Bell {
  const { channel, log } = options
  /** Our own rings come back to us as well: they were heard already. */
  const self = randomUUID()
  let rung = false
  let quiet = true
  let closed = false
  let here: (() => void) | null = null
  let listening: Listening | null = null
  let quietTimer: NodeJS.Timeout | undefined

  const notify = () => {
    rung = false
    quiet = false
    options.pool
      .query('select pg_notify($1, $2)', [channel, self])
      .catch((error) => log.warn({ err: error, channel }, 'cannot ring; the timer will see it'))
    quietTimer = setTimeout(() => {
      quiet = true
      if (rung) notify()
    }, QUIET_MS)
  }

  return {
    ring() {
      if (closed) return
      rung = true
      here?.()
      if (quiet) notify()
    },
    async listen(hear) {
      here = hear
      listening = await listen(options, (payload) => {
        if (payload !== self) hear()
      })
    },
    async close() {
      closed = true
      clearTimeout(quietTimer)
      await listening?.close()
    },
  }
}
