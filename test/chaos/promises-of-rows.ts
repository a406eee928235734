import type { Visit } from './customers.ts'
import { type Evidence, type Finding, found, type Violation } from './evidence.ts'

interface Sold {
  id: string
  email: string
  plan: string
  egg: number
  owner: number | null
  limits: Record<string, number>
  recipe: Record<string, string>
  defaults: Record<string, string>
  names: string[]
  ports: Record<string, number>
}

/** What was bought, worked out from plan, recipe and egg alone, against what stands on the panel. */
export async function wrongServers(seen: Evidence, visits: Visit[]): Promise<Finding> {
  const { rows } = await seen.sql.query<Sold>(
    `select o.id, u.email, o.plan_id as plan, r.egg_id as egg, e.pterodactyl_user_id as owner, r.environment as recipe,
       jsonb_build_object('memory', p.ram_gb * 1024, 'swap', p.swap_mb, 'disk', p.disk_gb * 1024, 'io', p.io, 'cpu', p.cores * 100) as limits,
       (select jsonb_object_agg(v.env_variable, v.default_value) from egg_variables v where v.egg_id = r.egg_id) as defaults,
       s.port_names as names, (select jsonb_object_agg(a.port_name, a.port) from node_allocations a where a.reservation_id = o.id) as ports
     from orders o join auth."user" u on u.id = o.user_id join plans p on p.id = o.plan_id join recipes r on r.id = p.recipe_id
     left join external_accounts e on e.user_id = o.user_id left join reservations s on s.id = o.id
     where o.status in ('provisioned', 'active')`,
  )
  const sold = new Map(rows.map((row) => [row.id, row]))
  const bought = new Map(visits.map((visit) => [visit.habit.email, visit.habit.plan]))
  const users = new Map(seen.panel.users.map((user) => [user.id, user.email]))
  const violations: Violation[] = []
  for (const server of seen.panel.servers) {
    const want = sold.get(server.external_id ?? '')
    if (!want) continue
    const wrong = (what: string, ours: unknown, theirs: unknown) => {
      if (String(ours) !== String(theirs)) violations.push({ id: want.id, what: `${what} is ${theirs}, not ${ours}` })
    }
    wrong('plan', bought.get(want.email), want.plan)
    wrong('owner', want.owner, server.owner)
    wrong('owner’s address', want.email, users.get(server.owner))
    wrong('egg', want.egg, server.egg)
    for (const [name, value] of Object.entries(want.limits)) wrong(`limit ${name}`, Number(value), server.limits[name as 'memory'])
    const first = server.allocations.find((one) => one.id === server.allocation)
    wrong('default port', want.ports?.[want.names?.[0] ?? ''], first?.port)
    for (const [name, value] of Object.entries({ ...want.defaults, ...want.recipe })) {
      if (value.includes('{{secret}}')) wrong(`variable ${name} is set`, true, Boolean(server.environment[name]))
      else
        wrong(
          `variable ${name}`,
          value.replace(/\{\{port:(\w+)\}\}/g, (_all, port) => String(want.ports?.[port])),
          server.environment[name] ?? '',
        )
    }
    if (server.status !== null) violations.push({ id: want.id, what: `delivered, and it is ${server.status}` })
  }
  return found('wrong owner, egg, limits, ports, environment', rows.length, violations)
}

/** A place is held only by an open checkout or by an order that has a server or waits for one. */
export async function leakedHolds({ sql }: Evidence): Promise<Finding> {
  const { rows } = await sql.query(
    `select r.id, r.state, c.state as checkout, o.status from reservations r
     left join checkouts c on c.id = r.id left join orders o on o.id = r.id`,
  )
  const violations = rows
    .filter(
      (row) =>
        !(['opening', 'open', 'paying'].includes(row.checkout) || (row.status && row.status !== 'canceled' && row.state === 'committed')),
    )
    .map((row) => ({ id: row.id, what: `${row.state}, checkout ${row.checkout}, order ${row.status}` }))
  const { rows: without } = await sql.query(
    `select o.id from orders o where o.status <> 'canceled' and not exists (select from reservations r where r.id = o.id and r.state = 'committed')`,
  )
  const missing = without.map((row) => ({ id: row.id, what: 'an order that holds nothing' }))
  return found('reservation without order or checkout', rows.length, [...violations, ...missing])
}

/** Totals kept on the node's row are the sums of what they stand for. */
export async function wrongTotals({ sql }: Evidence): Promise<Finding> {
  const { rows } = await sql.query(
    `select n.name, n.reserved_ram_mb, n.reserved_disk_mb, n.held_ram_mb, n.free_allocations,
       coalesce(sum(r.ram_mb), 0)::bigint as ram, coalesce(sum(r.disk_mb), 0)::bigint as disk,
       coalesce(sum(r.ram_mb) filter (where r.state = 'held'), 0)::bigint as held,
       (select count(*) from node_allocations a where a.node_id = n.id and not a.assigned and a.reservation_id is null and a.gone_at is null) as free
     from ptero_nodes n left join reservations r on r.node_id = n.id group by n.id`,
  )
  const pairs = [
    ['reserved_ram_mb', 'ram'],
    ['reserved_disk_mb', 'disk'],
    ['held_ram_mb', 'held'],
    ['free_allocations', 'free'],
  ] as const
  const violations = rows.flatMap((row) =>
    pairs
      .filter(([kept, sum]) => Number(row[kept]) !== Number(row[sum]))
      .map(([kept, sum]) => ({ id: row.name, what: `${kept} is ${row[kept]}, the sum is ${row[sum]}` })),
  )
  return found('node totals = sums', rows.length, violations)
}

/** Nobody could pay for a place that was not held, and everybody who was ready to pay had something to pay for. */
export async function openLeftovers({ sql, stripe }: Evidence): Promise<Finding> {
  const { rows } = await sql.query(`select id, state from checkouts where state in ('opening', 'open', 'paying')`)
  const unfinished = rows.map((row) => ({ id: row.id, what: `checkout still ${row.state}` }))
  const payable = stripe.sessions
    .filter((session) => session.status === 'open')
    .map((session) => ({ id: session.client_reference_id ?? session.id, what: `session ${session.id} can still be paid` }))
  return found('checkouts left open', stripe.sessions.length, [...unfinished, ...payable])
}
