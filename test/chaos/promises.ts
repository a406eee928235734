import type { Evidence, Finding, Violation } from './evidence.ts'
import { found } from './evidence.ts'

const OURS_DELIVERED = new Set(['provisioned', 'active'])
const isDelivered = (order: { status: string }) => OURS_DELIVERED.has(order.status)

const count = <T>(list: T[], key: (one: T) => string | number): Map<string, T[]> => {
  const by = new Map<string, T[]>()
  for (const one of list) by.set(String(key(one)), [...(by.get(String(key(one))) ?? []), one])
  return by
}
const paidSessions = ({ stripe }: Evidence) => stripe.sessions.filter((one) => one.status === 'complete' && one.payment_status === 'paid')

/** Every paid session is an order, and every delivered order stands on the panel. */
export function lost(seen: Evidence): Finding {
  const known = new Set(seen.orders.map((order) => order.id))
  const servers = count(seen.panel.servers, (server) => server.external_id ?? '')
  const paid = paidSessions(seen)
  const noOrder = paid
    .filter((session) => !known.has(session.client_reference_id ?? ''))
    .map((session) => ({ id: session.client_reference_id ?? session.id, what: `session ${session.id} is paid and there is no order` }))
  const noServer = seen.orders
    .filter((order) => isDelivered(order) && !servers.has(order.id))
    .map((order) => ({ id: order.id, what: 'delivered, and the panel has no server of it' }))
  return found('lost', paid.length, [...noOrder, ...noServer])
}

/** No order has two servers, and no server of ours is without an order that wants it. */
export function duplicates(seen: Evidence): Finding {
  const orders = new Map(seen.orders.map((order) => [order.id, order]))
  const ours = seen.panel.servers.filter((server) => server.external_id !== null)
  const violations: Violation[] = []
  for (const [id, servers] of count(ours, (server) => server.external_id ?? '')) {
    const order = orders.get(id)
    if (servers.length > 1) violations.push({ id, what: `${servers.length} servers on the panel` })
    if (!order) violations.push({ id, what: 'a server of no order' })
    else if (order.status === 'canceled') violations.push({ id, what: 'canceled with deletion, and its server stands' })
    else if (order.pterodactyl_server_id !== String(servers[0]?.id)) violations.push({ id, what: 'the order names another server' })
  }
  return found('duplicates', ours.length, violations)
}

export async function oversold(seen: Evidence): Promise<Finding> {
  const { rows } = await seen.sql.query(
    'select id, name, max_ram_gb * 1024 as ram, max_disk_gb * 1024 as disk, reserved_ram_mb, reserved_disk_mb, strangers_ram_mb from ptero_nodes',
  )
  const violations: Violation[] = []
  for (const node of rows) {
    if (Number(node.reserved_ram_mb) + Number(node.strangers_ram_mb) > Number(node.ram))
      violations.push({ id: node.name, what: `${node.reserved_ram_mb} MiB reserved of ${node.ram}` })
    if (Number(node.reserved_disk_mb) > Number(node.disk)) violations.push({ id: node.name, what: 'more disk reserved than there is' })
  }
  for (const node of seen.panel.nodes) {
    const used = seen.panel.servers.filter((server) => server.node === node.id).reduce((sum, server) => sum + server.limits.memory, 0)
    if (used > node.memory) violations.push({ id: node.name, what: `servers of ${used} MiB on ${node.memory}` })
  }
  return found('oversold', rows.length, violations)
}

/** No port belongs to two servers, and each server has exactly the ports that were held for it. */
export async function portClashes(seen: Evidence): Promise<Finding> {
  const { rows } = await seen.sql.query(
    'select reservation_id as id, array_agg(id order by id) as ports from node_allocations where reservation_id is not null group by 1',
  )
  const held = new Map<string, number[]>(rows.map((row) => [row.id, row.ports]))
  const violations: Violation[] = []
  const used = seen.panel.servers.flatMap((server) => server.allocations.map((one) => ({ server, port: `${one.ip}:${one.port}` })))
  for (const [port, users] of count(used, (one) => one.port))
    if (users.length > 1) violations.push({ id: users[0]?.server.external_id ?? '', what: `port ${port} has ${users.length} servers` })
  for (const server of seen.panel.servers) {
    const [ours, theirs] = [held.get(server.external_id ?? '') ?? [], server.allocations.map((one) => one.id)]
    if (server.external_id && String(ours) !== String(theirs.sort((a, b) => a - b)))
      violations.push({ id: server.external_id, what: `holds ports ${ours}, its server has ${theirs}` })
  }
  return found('port clashes', used.length, violations)
}

export function notSettled(seen: Evidence): Finding {
  const violations = seen.orders
    .filter((order) => !(isDelivered(order) || (order.status === 'canceled' && order.money_settled_at)))
    .map((order) => ({ id: order.id, what: `${order.status}${order.failure ? ` (${order.failure.code})` : ''}` }))
  return found('orders not settled', seen.orders.length, violations)
}

/** Stripe's books against the panel's: whoever paid has a server or the money back, and not both. */
export function money(seen: Evidence): Finding {
  const orders = new Map(seen.orders.map((order) => [order.id, order]))
  const subscriptions = new Map(seen.stripe.subscriptions.map((one) => [one.id, one.status]))
  const standing = new Set(seen.panel.servers.map((server) => server.external_id))
  const violations: Violation[] = []
  const paid = paidSessions(seen)
  for (const session of paid) {
    const id = session.client_reference_id ?? session.id
    const order = orders.get(id)
    const { paidCents, backCents } = balanceOf(seen, session.subscription)
    const mine = order?.stripe_session_id === session.id
    const served = mine && order !== undefined && isDelivered(order) && standing.has(id)
    const alive = subscriptions.get(session.subscription ?? '') === 'active'
    if (!served && backCents < paidCents) violations.push({ id, what: `paid ${paidCents}, no server, ${backCents} given back` })
    if (served && backCents > 0) violations.push({ id, what: `has its server and ${backCents} back` })
    if (served && !alive) violations.push({ id, what: 'has its server and its subscription is over' })
    if (!served && alive) violations.push({ id, what: 'no server, and the subscription goes on' })
    if (paidCents === 0) violations.push({ id, what: 'a paid session without a payment' })
  }
  return found('money without server or refund', paid.length, violations)
}

function balanceOf({ stripe }: Evidence, subscription: string | null): { paidCents: number; backCents: number } {
  const invoices = stripe.invoices.filter((one) => one.parent?.subscription_details?.subscription === subscription)
  const ids = new Set(invoices.map((one) => one.id))
  const intents = new Set(stripe.invoicePayments.filter((one) => ids.has(one.invoice)).map((one) => one.payment.payment_intent))
  const back = stripe.refunds.filter((one) => one.payment_intent !== null && intents.has(one.payment_intent) && one.status === 'succeeded')
  return {
    paidCents: invoices.reduce((sum, one) => sum + one.amount_paid, 0),
    backCents: back.reduce((sum, one) => sum + one.amount, 0),
  }
}
