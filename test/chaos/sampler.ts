import type pg from 'pg'
import { type Finding, found, type Violation } from './evidence.ts'

/** Looks at the nodes twice a second while everything goes on: more than there is must never be promised, not even for a moment. */
export function startSampler(sql: pg.Pool): { stop(): Finding } {
  const violations = new Map<string, Violation>()
  const last = new Map<string, { headroom: string; free: number }>()
  let looks = 0
  const look = async () => {
    const { rows } = await sql.query(
      `select name, free_ram_mb, free_disk_mb, reserved_headroom_gb, (select count(*) from node_allocations a where a.node_id = n.id and a.reservation_id is not null) as held,
         (select coalesce(sum(cardinality(port_names)), 0) from reservations r where r.node_id = n.id) as wanted
       from ptero_nodes n`,
    )
    looks += 1
    for (const row of rows) {
      const note = (what: string) => violations.set(`${row.name} ${what}`, { id: row.name, what: `${what} at ${new Date().toISOString()}` })
      const free = Number(row.free_ram_mb)
      const before = last.get(row.name)
      // An operator may take more for headroom than is left; nothing may be sold after that.
      const headroom = String(row.reserved_headroom_gb)
      if (free < 0 && (before ? before.headroom === headroom && free < before.free : true)) note('promises RAM that is not for sale')
      last.set(row.name, { headroom, free })
      if (Number(row.free_disk_mb) < 0) note('promises disk that it lacks')
      if (Number(row.held) !== Number(row.wanted)) note('holds other ports than its reservations ask for')
    }
  }
  // While the database is down there is nothing to see.
  const timer = setInterval(() => void look().catch(() => undefined), 500)
  return {
    stop() {
      clearInterval(timer)
      return found('oversold at any moment', looks, [...violations.values()])
    },
  }
}
