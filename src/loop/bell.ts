import pg from 'pg'
import type { Log } from '../kit/log.ts'

/** A doorbell over PostgreSQL's NOTIFY: rung after a commit, heard by every worker process. A hint only; listeners have a timer too. */
export interface Bell {
  /** At most one NOTIFY in 10 ms leaves this process, however often it is rung. */
  ring(): void
  /** Calls `hear` on each ring, and once on every (re)connection, since rings may have been missed. */
  listen(hear: () => void): Promise<void>
  close(): Promise<void>
}

const QUIET_MS = 10
const RECONNECT_MS = 1_000

export function createBell(options: { databaseUrl: string; pool: pg.Pool; channel: string; log: Log }): Bell {
  const { channel, log } = options
  let rung = false
  let closed = false
  let client: pg.Client | null = null
  let retryTimer: NodeJS.Timeout | null = null

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
    next.on('notification', hear)
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      hear()
    } catch (error) {
      log.warn({ err: error, channel }, 'cannot listen; trying again')
      again()
    }
  }

  return {
    ring() {
      if (rung || closed) return
      rung = true
      setTimeout(() => {
        rung = false
        options.pool.query(`notify ${channel}`).catch((error) => log.warn({ err: error, channel }, 'cannot ring; the timer will see it'))
      }, QUIET_MS)
    },
    listen: connect,
    async close() {
      closed = true
      if (retryTimer) clearTimeout(retryTimer)
      await client?.end().catch(() => undefined)
    },
  }
}
