import { setTimeout as wait } from 'node:timers/promises'
import type { Operator } from './operator.ts'
import type { Stage } from './stage.ts'

const SESSION_MS = 40 * 60_000

/** Faults are off; what is left is time, and the people who press "retry". */
export async function calmDown(
  stage: Stage,
  operator: Operator,
  ask: { payers: number; patienceMs: number; say: (text: string) => void },
): Promise<{ retried: number; aged: number; seconds: number }> {
  const beganAt = Date.now()
  const retried = new Set<string>()
  let aged = 0
  const ordersSettled = async (): Promise<boolean> => {
    const { rows } = await stage.sql.query(
      `select o.id, o.status, s.created_on_panel_at < now() - interval '40 seconds' as slow from orders o left join server_states s on s.order_id = o.id
       where o.status not in ('provisioned', 'active') and not (o.status = 'canceled' and o.money_settled_at is not null)`,
    )
    for (const row of rows.filter((one) => one.status === 'error')) {
      retried.add(row.id)
      await operator.retry(row.id)
    }
    // The panel never tells of these installations: half an hour passes for them.
    const stuck = rows.filter((one) => one.status === 'installing' && one.slow).map((one) => one.id)
    if (stuck.length > 0) {
      const gone = await stage.sql.query(
        `with late as (update server_states set created_on_panel_at = created_on_panel_at - interval '31 minutes'
           where order_id = any($1) and created_on_panel_at > now() - interval '30 minutes' returning order_id)
         update orders set next_check_at = now() where id in (select order_id from late)`,
        [stuck],
      )
      aged += gone.rowCount ?? 0
    }
    const { rows: made } = await stage.sql.query('select count(*)::int as n from orders')
    return rows.length === 0 && made[0].n >= ask.payers
  }
  await until(ordersSettled, beganAt + ask.patienceMs)
  ask.say(
    `orders settled after ${seconds(beganAt)} s of quiet; ${retried.size} retried by a person, ${aged} installations aged by half an hour`,
  )

  // Pay pages that nobody paid come to their end.
  await stage.advance(SESSION_MS)
  const rowsSettled = async (): Promise<boolean> => {
    const { rows } = await stage.sql.query(
      `select (select count(*) from checkouts where state in ('opening', 'open', 'paying')) + (select count(*) from stripe_events where processed_at is null)
         + (select count(*) from server_states where attempt is not null)
         + (select count(*) from orders o join reservations r on r.id = o.id where o.status = 'canceled')
         + (select count(*) from messages where status = 'queued') as open`,
    )
    return Number(rows[0].open) === 0 && (await ordersSettled())
  }
  await until(rowsSettled, Date.now() + ask.patienceMs / 2)
  return { retried: retried.size, aged, seconds: seconds(beganAt) }
}

const seconds = (since: number): number => Math.round((Date.now() - since) / 1_000)

/** Gives up in silence: what is not settled then is a violation, and shown as one. */
async function until(isSo: () => Promise<boolean>, end: number): Promise<void> {
  while (Date.now() < end) {
    if (await isSo().catch(() => false)) return
    await wait(1_000)
  }
}
