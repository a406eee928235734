import { sql } from 'kysely'
import type { Db, Partitioned } from '../../db/index.ts'
import type { LogLine } from '../logs/line.ts'

/** A week of days stands ready: where no worker runs for so long, nobody misses its log. */
export const logPartitions = (keepDays: number): Partitioned => ({ table: 'logs', column: 'at', every: 'day', aheadCount: 7, keepDays })

/** All of them in one statement; a commit that is not waited for, since what a crash takes is on standard output too. */
export async function saveLines(db: Pick<Db, 'tx'>, process: string, lines: LogLine[]): Promise<void> {
  const of = <T>(read: (line: LogLine) => T): T[] => lines.map(read)
  await db.tx(async (tx) => {
    await sql`select set_config('synchronous_commit', 'off', true), set_config('statement_timeout', '5s', true)`.execute(tx)
    await sql`insert into logs (at, level, fn, message, order_id, user_id, request_id, process, facts)
      select at, level, fn, message, order_id, user_id, request_id, ${process}, facts from unnest(
        ${of((line) => line.at.toISOString())}::timestamptz[], ${of((line) => line.level)}::log_level[], ${of((line) => line.fn)}::text[],
        ${of((line) => line.message)}::text[], ${of((line) => line.orderId)}::uuid[], ${of((line) => line.userId)}::uuid[],
        ${of((line) => line.requestId)}::uuid[], ${of((line) => line.facts)}::jsonb[]
      ) as said (at, level, fn, message, order_id, user_id, request_id, facts)`.execute(tx)
  })
}
