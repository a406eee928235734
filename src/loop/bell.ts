import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Log } from '../kit/log.ts'

/** A doorbell over PostgreSQL's NOTIFY: rung after a commit, heard by every worker process. A hint only; listeners have a timer too. */
export interface Bell {
  /** Heard at once in this process, and elsewhere by NOTIFY: the first ring goes out at once, then at most one in 10 ms. */
  ring(): void
  /** Calls `hear` on each ring, and once on every (re)connection, since rings may have been missed. */
  listen(hear: () => void): Promise<void>
  close(): Promise<void>
}

const QUIET_MS = 10
const RECONNECT_MS = 1_000

export function createBell(options: { databaseUrl: string; pool: pg.Pool; channel: string; log: Log }): Bell {
  const { channel, log } = options
  /** Our own rings come back to us as well: they were heard already. */
  const self = randomUUID()
  let rung = false
  let quiet = true
  let closed = false
  let here: (() => void) | null = null
  let client: pg.Client | null = null
  let retryTimer: NodeJS.Timeout | null = null
  let quietTimer: NodeJS.Timeout | undefined

  const connect = async (hear: () => void): Promise<void> => {
    if (closed) return
    const next = new pg.Client({ connectionString: options.databaseUrl, application_name: `givrwrld ${channel}`, keepAlive: true })
    const again = () => {
      if (closed || client !== next) return
      client = null
      retryTimer = setTimeout(() => void connect(hear), RECONNECT_MS)
    }
    client = next
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ payload }) => {
      if (payload !== self) hear()
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      hear()
    } catch (error) {
      log.warn({ err: error, channel }, 'cannot listen; trying again')
      again()
    }
  }

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
    listen(hear) {
      here = hear
      return connect(hear)
    },
    async close() {
      closed = true
      if (retryTimer) clearTimeout(retryTimer)
      clearTimeout(quietTimer)
      await client?.end().catch(() => undefined)
    },
  }
}
