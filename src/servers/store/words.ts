import { sql } from 'kysely'
import type { Queries } from '../../db/index.ts'
import type { OrderStatus } from '../../orders/contract.ts'
import { limitsOf } from '../reading.ts'
import type { OurWord } from '../rules/drift.ts'

interface Row {
  id: string
  is_checkout: boolean
  status: OrderStatus | null
  delivered: boolean
  by_hand: boolean
  server_id: string | null
  suspend_wanted: boolean
  delete_wanted_at: Date | null
  owner_id: number | null
  ram_gb: number
  cores: number
  disk_gb: number
  swap_mb: number
  io: number
  databases: number
  backups: number
  resizing: boolean
  node_id: number | null
  ports: number[] | null
  busy: boolean
  suspended_by_us: boolean
}

/** What we say of these ids, in one query; those that are no order or checkout of ours are left out. All must be uuids. */
export async function wordsOf(q: Queries, ids: string[]): Promise<Map<string, OurWord>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Row>`
    select i.id::text as id, c.id is not null as is_checkout, o.status, o.delivered_at is not null as delivered,
      o.changed_by_hand is not null as by_hand, nullif(o.pterodactyl_server_id, '') as server_id,
      o.suspended_at is not null as suspend_wanted, o.delete_wanted_at, e.pterodactyl_user_id as owner_id,
      p.ram_gb, p.cores, p.disk_gb, p.swap_mb, p.io, p.databases, p.backups, r.node_id,
      o.plan_change is not null and o.plan_change ->> 'resized_at' is null as resizing,
      (select array_agg(a.id order by a.id) from node_allocations a where a.reservation_id = i.id) as ports,
      s.attempt is not null as busy, coalesce(s.suspended_by_us, false) as suspended_by_us
    from unnest(${ids}::uuid[]) as i (id)
    left join orders o on o.id = i.id
    left join checkouts c on c.id = i.id and o.id is null
    left join plans p on p.id = o.plan_id
    left join external_accounts e on e.user_id = o.user_id
    left join reservations r on r.id = i.id
    left join server_states s on s.order_id = i.id
    where o.id is not null or c.id is not null`.execute(q)
  return new Map(rows.map((row) => [row.id, toWord(row)]))
}

function toWord(row: Row): OurWord {
  if (row.status === null) return { id: row.id, order: null }
  return {
    id: row.id,
    order: {
      status: row.status,
      delivered: row.delivered,
      busy: row.busy,
      changedByHand: row.by_hand,
      serverId: row.server_id === null ? null : Number(row.server_id),
      suspendWanted: row.suspend_wanted,
      suspendedByUs: row.suspended_by_us,
      deleteWantedAt: row.delete_wanted_at,
      ownerId: row.owner_id,
      limits: limitsOf({ ramGb: row.ram_gb, swapMb: row.swap_mb, diskGb: row.disk_gb, io: row.io, cores: row.cores }),
      resizing: row.resizing,
      databases: row.databases,
      backups: row.backups,
      nodeId: row.node_id,
      ports: row.ports ?? [],
    },
  }
}

/**
 * Delivered orders whose server's id lies in this stretch of the panel's list and is not on it. Not proved gone: only asking
 * for the one proves that. Those that an open finding `named` already are left out. A merge of two ordered lists, so that nothing is remembered between pages.
 */
export async function notListed(
  q: Queries,
  ask: { after: number; upTo: number; listed: number[]; named: string; limit: number },
): Promise<{ orderId: string; serverId: number }[]> {
  if (ask.limit <= 0) return []
  const { rows } = await sql<{ id: string; server_id: number }>`
    select id, pterodactyl_server_id::int as server_id from orders
    where pterodactyl_server_id ~ '^[0-9]{1,9}$' and delivered_at is not null and status in ('provisioned', 'active')
      and pterodactyl_server_id::int > ${ask.after} and pterodactyl_server_id::int <= ${ask.upTo}
      and not (pterodactyl_server_id::int = any(${ask.listed}::int[]))
      and not exists (select from findings f where f.kind = ${ask.named} and f.subject_type = 'order' and f.subject_id = orders.id::text and f.status = 'open')
    order by pterodactyl_server_id::int limit ${ask.limit}`.execute(q)
  return rows.map((row) => ({ orderId: row.id, serverId: row.server_id }))
}
