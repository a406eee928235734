import pg from 'pg'
import type { Log } from '../kit/log.ts'

export interface Listening {
  close(): Promise<void>
}
const RECONNECT_MS = 1_000

/**
 * Hears one channel of PostgreSQL's NOTIFY on a connection of its own, which comes back by itself. Resolves after the first try.
 * @param hear gets each notification's payload, and null on every (re)connection, since some may have been missed
 */
export async function listen(
  options: { databaseUrl: string; channel: string; log: Log },
  hear: (payload: string | null) => void,
): Promise<Listening> {
  const { channel, log } = options
  let closed = false
  let client: pg.Client | null = null
  let retryTimer: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    if (closed) return
    const next = new pg.Client({ connectionString: options.databaseUrl, application_name: `givrwrld ${channel}`, keepAlive: true })
    const again = () => {
      if (closed || client !== next) return
      client = null
      retryTimer = setTimeout(() => void connect(), RECONNECT_MS)
    }
    client = next
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ payload }) => hear(payload ?? ''))
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      hear(null)
    } catch (error) {
      log.warn({ err: error, channel }, 'cannot listen; trying again')
      again()
    }
  }
  await connect()
  return {
    async close() {
      closed = true
      clearTimeout(retryTimer)
      await client?.end().catch(() => undefined)
    },
  }
}
