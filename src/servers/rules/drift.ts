import type { OrderStatus } from '../../orders/contract.ts'
import type { PanelServer } from '../../outside/panel/types.ts'
import type { Limits } from './want.ts'

/** What our rows say about an external id of ours; read for a whole page of servers at once. */
export interface OurWord {
  id: string
  /** Null: only a checkout of this id is known. */
  order: OrderWord | null
}
export interface OrderWord {
  status: OrderStatus
  delivered: boolean
  /** A call of ours is under way or its result unknown: its reconciler knows better. */
  busy: boolean
  changedByHand: boolean
  serverId: number | null
  suspendWanted: boolean
  suspendedByUs: boolean
  deleteWantedAt: Date | null
  ownerId: number | null
  limits: Limits
  /** Its plan was changed, and the panel has not been seen to follow. */
  resizing: boolean
  databases: number
  backups: number
  nodeId: number | null
  /** Allocation ids that are reserved for it. */
  ports: number[]
}

export type DriftKind =
  | 'servers.wrong_owner'
  | 'servers.wrong_limits'
  | 'servers.not_suspended'
  | 'servers.suspended_on_panel'
  | 'servers.ports_lost'
  | 'servers.extra_ports'
  | 'servers.moved'
  | 'servers.canceled_stands'
  | 'servers.unrecorded'
  | 'servers.reinstall_needed'
  | 'servers.server_of_checkout'

/** What follows from a difference, by itself. `reconcile`: its order is woken with what was seen; `ask`: a person decides. */
export type Follow = 'reconcile' | 'suspend' | 'delete' | 'patch' | 'ask'
export interface Drift {
  kind: DriftKind
  severity: 'info' | 'warning' | 'critical'
  follow: Follow
  summary: string
  remedy: string
  evidence: Record<string, unknown>
}

/** Every kind that a look at one server can open; what is not seen any more is closed. */
export const DRIFT_KINDS: DriftKind[] = [
  'servers.wrong_owner',
  'servers.wrong_limits',
  'servers.not_suspended',
  'servers.suspended_on_panel',
  'servers.ports_lost',
  'servers.extra_ports',
  'servers.moved',
  'servers.canceled_stands',
  'servers.unrecorded',
  'servers.reinstall_needed',
  'servers.server_of_checkout',
]

/**
 * What is not as it should be about one server of ours. Empty: all well, or somebody is at work on it.
 * @param server as the panel lists it, with its allocations
 */
export function drifts(ours: OurWord, server: PanelServer, now: Date): Drift[] {
  const { order } = ours
  if (!order) return [serverOfCheckout(server)]
  if (order.busy || order.changedByHand) return []
  if (order.status === 'canceled') return canceled(order, server, now)
  if (order.serverId === null) return order.status === 'error' ? [] : [unrecorded(server)]
  // Being installed, or with a person: the watch and the plan look after it.
  if (!order.delivered || (order.status !== 'provisioned' && order.status !== 'active')) return []
  const all = [ownership, ...(order.resizing ? [] : [limits]), suspension, place, installation]
  return all.flatMap((look) => look(order, server))
}

function installation(_order: OrderWord, server: PanelServer): Drift[] {
  if (server.status !== 'install_failed' && server.status !== 'reinstall_failed') return []
  return [
    {
      kind: 'servers.reinstall_needed',
      severity: 'critical',
      follow: 'ask',
      summary: `The delivered server does not run: its last installation failed (${server.status}).`,
      remedy:
        'Read its installation log on the node. Repair this finding to reinstall it; files that the installation writes are written anew.',
      evidence: { status: server.status },
    },
  ]
}

function ownership(order: OrderWord, server: PanelServer): Drift[] {
  if (order.ownerId === null || order.ownerId === server.userId) return []
  return [
    {
      kind: 'servers.wrong_owner',
      severity: 'critical',
      follow: 'patch',
      summary: `The server belongs to panel user ${server.userId}; its buyer is panel user ${order.ownerId}.`,
      remedy: 'It is given back to its buyer by itself.',
      evidence: { owner: server.userId, buyer: order.ownerId },
    },
  ]
}

const FIELDS = ['memory', 'swap', 'disk', 'io', 'cpu'] as const

/** Field → [ours, theirs]. */
export function wrongLimits(order: OrderWord, server: PanelServer): Record<string, [number, number]> {
  const wrong: Record<string, [number, number]> = {}
  for (const name of FIELDS) if (server.limits[name] !== order.limits[name]) wrong[name] = [order.limits[name], server.limits[name]]
  const features = { databases: order.databases, backups: order.backups }
  for (const name of ['databases', 'backups'] as const)
    if (server.featureLimits[name] !== features[name]) wrong[name] = [features[name], server.featureLimits[name]]
  return wrong
}

function limits(order: OrderWord, server: PanelServer): Drift[] {
  const wrong = wrongLimits(order, server)
  const names = Object.keys(wrong)
  if (names.length === 0) return []
  return [
    {
      kind: 'servers.wrong_limits',
      severity: 'warning',
      follow: 'patch',
      summary: `The server has other limits than its plan: ${names.map((name) => `${name} ${wrong[name]?.[1]} instead of ${wrong[name]?.[0]}`).join(', ')}.`,
      remedy: "The plan's limits are set again by themselves. To give more, sell another plan.",
      evidence: wrong,
    },
  ]
}

function suspension(order: OrderWord, server: PanelServer): Drift[] {
  if (order.suspendWanted && !server.suspended)
    return [
      {
        kind: 'servers.not_suspended',
        severity: 'warning',
        follow: 'suspend',
        summary: 'The server runs, and its order is suspended.',
        remedy: 'It is suspended again by itself.',
        evidence: { status: server.status },
      },
    ]
  if (order.suspendWanted || !server.suspended) return []
  return [
    {
      kind: 'servers.suspended_on_panel',
      severity: order.suspendedByUs ? 'warning' : 'critical',
      follow: order.suspendedByUs ? 'reconcile' : 'ask',
      summary: 'The server is suspended on the panel, and its order is paid and not suspended.',
      remedy: order.suspendedByUs
        ? 'The suspension was ours and is lifted by itself.'
        : 'Somebody suspended it on the panel. Find out why; repair this finding to let it run again.',
      evidence: { suspendedByUs: order.suspendedByUs },
    },
  ]
}

function place(order: OrderWord, server: PanelServer): Drift[] {
  const evidence = { node: server.nodeId, orderNode: order.nodeId, ports: server.allocations.map((one) => one.id), reserved: order.ports }
  if (order.nodeId !== null && server.nodeId !== order.nodeId)
    return [
      {
        kind: 'servers.moved',
        severity: 'warning',
        follow: 'ask',
        summary: `The server stands on node ${server.nodeId}, and its room is reserved on node ${order.nodeId}.`,
        remedy: 'Was it transferred on purpose? Repair this finding to let the order follow it, or transfer it back on the panel.',
        evidence,
      },
    ]
  // A key that may not read allocations lists none at all.
  if (server.allocations.length === 0) return []
  const has = new Set(evidence.ports)
  const lost = order.ports.filter((id) => !has.has(id))
  const extra = evidence.ports.filter((id) => !order.ports.includes(id))
  const found: Drift[] = []
  if (lost.length > 0)
    found.push({
      kind: 'servers.ports_lost',
      severity: 'critical',
      follow: 'patch',
      summary: `The server lacks ${lost.length === 1 ? 'a port' : 'ports'} that it was sold with.`,
      remedy:
        'Given back by itself where still free; else give it another port on the panel (Build configuration), repair this with the way “follow”, and tell the customer.',
      evidence: { ...evidence, lost },
    })
  if (extra.length > 0 && lost.length === 0)
    found.push({
      kind: 'servers.extra_ports',
      severity: 'info',
      follow: 'ask',
      summary: 'The server has ports that were not sold with it.',
      remedy: 'Resolve this if they were given on purpose; else remove them on the panel.',
      evidence: { ...evidence, extra },
    })
  return found
}

function canceled(order: OrderWord, server: PanelServer, now: Date): Drift[] {
  // A server that this order never had is nobody's to touch.
  if (order.serverId !== null && order.serverId !== server.id) return []
  const deletes = order.deleteWantedAt !== null && order.deleteWantedAt <= now
  if (!deletes && server.suspended) return []
  return [
    {
      kind: 'servers.canceled_stands',
      severity: 'warning',
      follow: deletes ? 'delete' : 'suspend',
      summary: deletes ? 'The order is canceled, and its server was to be deleted.' : 'The order is canceled, and its server runs.',
      remedy: `It is ${deletes ? 'deleted' : 'suspended'} by itself.`,
      evidence: { status: server.status, suspended: server.suspended },
    },
  ]
}

const unrecorded = (server: PanelServer): Drift => ({
  kind: 'servers.unrecorded',
  severity: 'info',
  follow: 'reconcile',
  summary: `A server of this order stands on the panel (${server.identifier}), and the order did not know.`,
  remedy: 'It is compared with the order and taken over by itself, if it is as ordered.',
  evidence: { serverId: server.id },
})

const serverOfCheckout = (server: PanelServer): Drift => ({
  kind: 'servers.server_of_checkout',
  severity: 'warning',
  follow: 'ask',
  summary: `A server (${server.identifier}) stands for a checkout that was never paid, as far as we know.`,
  remedy:
    'If the checkout was paid, its order appears by itself within minutes. If not, repair this finding: the server is deleted once Stripe says that the checkout is over.',
  evidence: { serverId: server.id },
})
