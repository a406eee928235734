import type { Failure } from '../../src/kit/failure.ts'
import type { Order } from '../../src/orders/order.ts'
import { mayBecome } from '../../src/orders/rules.ts'
import type { Database, Watch } from './database.ts'
import type { ModelPanel, PanelRow } from './panel.ts'
import { PLAN, PLANS } from './shop.ts'

/** What must hold in every history, whatever happens. */
export const INVARIANTS = {
  converges:
    'when the faults end, every paid order is delivered, canceled, or stands with a cause and a next step; mended and retried, all are delivered',
  one_server: 'at the end a live order has exactly one server, its own and as ordered, and a canceled one has none',
  create_known:
    'no create goes out while the result of another one of this order is unknown, and none without a committed intent of its own',
  only_ours: 'no server is adopted, suspended, reinstalled or deleted that is not provably the order’s',
  no_half_made: 'no server is adopted that the panel is about to take back',
  room: 'no server stands on room or ports that are not reserved for it, or grows beyond it; no node is sold beyond its size; no port has two holders',
  held_when_paid: 'whoever pays has room and ports held for him',
  never_unasked: 'an order that was delivered is never created again',
  state_table: 'no status follows another that the table does not allow, unless a person set it in SQL',
  no_lost_payment: 'each payment has its order, which never disappears; what is to be refunded stays to be refunded',
  next_look: 'an order at rest has a next look, or nothing left to do',
  no_bug: 'no reconciler ends in a fault of ours',
} as const
export type Invariant = keyof typeof INVARIANTS

export class Broke extends Error {
  readonly invariant: Invariant
  constructor(invariant: Invariant, detail: string) {
    super(`${invariant} (${INVARIANTS[invariant]}): ${detail}`)
    this.name = 'Broke'
    this.invariant = invariant
  }
}

/** What happened in a history that excuses what would otherwise be wrong. */
export interface Happened {
  clockJumped: boolean
  installTrouble: boolean
  deletedByHand: boolean
  suspendedByHand: boolean
  planted: boolean
  foreignUser: boolean
  fieldRefused: boolean
}

/** Judges at the moment a thing happens; the first thing that is wrong ends the history. */
export function createJudge(parts: {
  database: () => Database
  panel: () => ModelPanel
  happened: Happened
  maxRamMb: number
  tell(line: string): void
}) {
  let found: Broke | null = null
  const { happened } = parts
  const fail = (invariant: Invariant, detail: string) => {
    found ??= new Broke(invariant, detail)
  }
  const openCreates = new Map<string, number>()
  const tally = { creates: 0, made: 0, takenBack: 0, taken: 0, resized: 0 }
  const rows = () => parts.database().tables

  const watch: Watch = {
    wroteOrder(before, after) {
      const to = after.status
      if (to !== before.status || after.failure?.code !== before.failure?.code)
        parts.tell(`${after.id} is ${to}${after.failure ? ` (${after.failure.code})` : ''}`)
      if (to !== before.status && !before.changedByHand && !mayBecome(before, to)) fail('state_table', `${before.status} → ${to}`)
      if (before.refundWanted && !after.refundWanted) fail('no_lost_payment', 'a wanted refund was forgotten')
      const id = after.pterodactylServerId
      if (id !== null && id !== before.pterodactylServerId) adopted(after, Number(id))
    },
    released(reservation) {
      const server = parts.panel().byExternalId(reservation.id)
      if (server?.madeBy === 'shop' && !happened.clockJumped)
        fail('room', `the room of a server that stands was given back (${reservation.id})`)
    },
  }

  function adopted(order: Order, id: number): void {
    tally.taken += 1
    const server = parts.panel().everMade.get(id)
    if (!server || !isOf(order.id, server) || !isOfSize(server, PLAN)) fail('only_ours', `${order.id} took the server ${id}`)
  }

  /** Provably the order's: made for this owner, of a size that it had or is to have. */
  function isOf(orderId: string, server: PanelRow): boolean {
    const order = rows().orders.get(orderId)
    const owner = order && rows().accounts.get(order.userId)?.pterodactylUserId
    const asOrdered = server.eggId === 5 && PLANS.some((plan) => isOfSize(server, plan))
    return server.externalId === orderId && asOrdered && (owner === undefined || server.userId === owner)
  }
  const isOfSize = ({ limits }: PanelRow, { ramGb, cores }: { ramGb: number; cores: number }): boolean =>
    limits.memory === ramGb * 1024 && limits.cpu === cores * 100

  /** Its plan, what stands and what is held are of one size. */
  function isAsPlanned(order: Order, server: PanelRow): boolean {
    const plan = PLANS.find((one) => one.id === order.planId)
    return plan !== undefined && isOfSize(server, plan) && rows().reservations.get(order.id)?.ramMb === plan.ramGb * 1024
  }

  /** A server is never larger than what is held for it. */
  function judgeSize(server: PanelRow): void {
    const held = rows().reservations.get(server.externalId ?? '')
    if (server.madeBy === 'shop' && held && server.limits.memory > held.ramMb && !happened.clockJumped)
      fail('room', `the server ${server.id} of ${held.id} has ${server.limits.memory} MB, and ${held.ramMb} MB are held for it`)
  }

  const portsHeld = (orderId: string) =>
    [...rows().allocations.values()].filter((one) => one.reservationId === orderId).map((one) => one.id)

  return {
    watch,
    tally,
    fail,
    isOf,
    isAsPlanned,
    portsHeld,
    broke: () => found,
    sends(what: string, about: { externalId: string | null; id: number | null; wroteState: number }): void {
      if (what === 'create' && about.externalId) {
        tally.creates += 1
        const id = about.externalId
        const state = rows().states.get(id)
        // Where clocks disagree our own waits prove nothing; the panel's unique external id is what is left, and is enough.
        if (!happened.clockJumped) {
          if ((openCreates.get(id) ?? 0) > 0) fail('create_known', `a second create of ${id} while the first is under way`)
          if (state?.attempt?.step !== 'create' || state.version !== about.wroteState)
            fail('create_known', `a create of ${id} without its intent`)
        }
        if (rows().orders.get(id)?.deliveredAt) fail('never_unasked', `${id} was delivered and is created again`)
        openCreates.set(id, (openCreates.get(id) ?? 0) + 1)
      }
      if (about.id !== null && about.id > 0) {
        const server = parts.panel().servers.get(about.id)
        if (server && !isOf(server.externalId ?? '', server)) fail('only_ours', `${what} of the server ${about.id}, which is not ours`)
      }
    },
    ends(what: string, externalId: string | null): void {
      if (what === 'create' && externalId) openCreates.set(externalId, (openCreates.get(externalId) ?? 0) - 1)
    },
    made(server: PanelRow): void {
      tally.made += 1
      parts.tell(`the panel has ${server.id} for ${server.externalId}`)
      if (server.madeBy !== 'shop' || happened.clockJumped) return
      const id = server.externalId ?? ''
      const held = portsHeld(id)
      const reservation = rows().reservations.get(id)
      const missing = server.allocations.filter((one) => !held.includes(one.id))
      if (!reservation || missing.length > 0) fail('room', `the server ${server.id} of ${id} stands on what is not held for it`)
    },
    resized(server: PanelRow): void {
      tally.resized += 1
      parts.tell(`the panel gives ${server.id} of ${server.externalId} ${server.limits.memory} MB`)
      judgeSize(server)
    },
    takenBack(server: PanelRow): void {
      tally.takenBack += 1
      parts.tell(`the panel takes back ${server.id}`)
      const order = rows().orders.get(server.externalId ?? '')
      if (order?.pterodactylServerId === String(server.id) && !happened.clockJumped)
        fail('no_half_made', `the server ${server.id} of ${order.id}`)
    },
    paid(id: string): void {
      if (!rows().reservations.has(id) || portsHeld(id).length !== PLAN.ports.length) fail('held_when_paid', id)
    },
    capacity(): void {
      for (const node of rows().nodes.values()) {
        const sum = [...rows().reservations.values()].reduce((all, one) => all + (one.nodeId === node.id ? one.ramMb : 0), 0)
        if (sum > parts.maxRamMb) fail('room', `${sum} of ${parts.maxRamMb} MB are sold on ${node.name}`)
      }
      for (const server of parts.panel().servers.values()) judgeSize(server)
      const ports = [...parts.panel().servers.values()].flatMap((server) => server.allocations.map((one) => one.id))
      if (new Set(ports).size !== ports.length) fail('room', 'a port has two servers')
    },
    over(failure: Failure | null): void {
      if (failure) fail('no_bug', `${failure.code}: ${failure.say}`)
    },
    /** With every wake-up lost, what brings this order back? */
    atRest(id: string): void {
      const order = rows().orders.get(id)
      const state = rows().states.get(id)
      if (!order || order.nextCheckAt !== null || state?.watchedFrom) return
      if (order.status === 'active' && order.planChange?.resizedAt !== null) return
      if (order.status === 'error' && order.failure?.cause && order.failure.next) return
      if (order.status === 'canceled' && (order.deleteWantedAt === null || !rows().reservations.has(id))) return
      fail('next_look', `${id} is ${order.status} and nothing will look at it`)
    },
  }
}
export type Judge = ReturnType<typeof createJudge>

/** Whether an order may stand in `error` for this reason after what happened. */
export function excuse(code: string, happened: Happened): boolean {
  switch (code) {
    case 'servers.identity_mismatch':
      return happened.planted
    case 'accounts.panel_identity_conflict':
      return happened.foreignUser
    case 'servers.install_failed':
      return happened.installTrouble || happened.deletedByHand
    case 'servers.server_gone':
      return happened.deletedByHand || happened.clockJumped
    case 'servers.suspended_by_others':
      return happened.suspendedByHand
    case 'servers.field_refused':
      return happened.fieldRefused
    default:
      return false
  }
}
