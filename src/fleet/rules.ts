import { MINUTE, secondsBetween } from '../kit/time.ts'

/** What one server needs of a node. */
export interface Want {
  ramMb: number
  diskMb: number
  /** How many ports. */
  ports: number
}
export interface Room {
  regionId: string
  freeRamMb: number
  freeDiskMb: number
  freePorts: number
}

/** The same test as fleet_place makes in SQL, for the shop's pages. */
export const fits = (room: Room, want: Want): boolean =>
  room.freeRamMb >= want.ramMb && room.freeDiskMb >= want.diskMb && room.freePorts >= want.ports

/** Region id → whether the want fits on one of its nodes now. Regions without a node that is for sale are absent. */
export const whereItFits = (rooms: Room[], regionIds: string[], want: Want): Record<string, boolean> =>
  Object.fromEntries(regionIds.map((id) => [id, rooms.some((room) => room.regionId === id && fits(room, want))]))

/**
 * Share of a region's RAM that unpaid checkouts may hold, so that nobody empties the shop without paying. fleet_place keeps to
 * it, and always allows the first hold.
 */
export const HELD_SHARE_MAX = 0.3

interface Size {
  ramMb: number
  diskMb: number
}
/** What a node lacks for a server on it to become so large, in MiB; null: it fits. What it does not grow by is not asked for. */
export function missingRoom(from: Size, to: Size, room: { freeRamMb: number; freeDiskMb: number }): Size | null {
  const lacks = (grows: number, free: number): number => (grows <= 0 ? 0 : Math.max(0, grows - Math.max(0, free)))
  const ramMb = lacks(to.ramMb - from.ramMb, room.freeRamMb)
  const diskMb = lacks(to.diskMb - from.diskMb, room.freeDiskMb)
  return ramMb > 0 || diskMb > 0 ? { ramMb, diskMb } : null
}

/**
 * What the panel lets servers take on a node, in MiB, as whole numbers. `overallocate` is a percentage; -1, which the
 * panel's pages call unlimited, is taken as none: an unlimited node cannot be sold honestly.
 */
export const nodeMaxMb = (mb: number, overallocate: number): number => Math.floor(mb * (1 + Math.max(0, overallocate) / 100))

export type PanelAnswer = 'ok' | 'refused' | 'unreachable'

/**
 * What one answer says about the panel as a whole. A 401 or 403 with the daemon's code is a node's fault, not our key's.
 * Too many requests are an answer like any other.
 */
export function judgeAnswer(answer: { status: number | null; panelCode: string | null }): PanelAnswer {
  if (answer.status === null) return 'unreachable'
  if (answer.panelCode === 'AuthenticationException' || answer.panelCode === 'AccessDeniedHttpException') return 'refused'
  return answer.status >= 500 && answer.panelCode === null ? 'unreachable' : 'ok'
}

export interface PanelHealth {
  refusedSince: Date | null
  unreachableSince: Date | null
}
export interface Selling {
  selling: boolean
  /** For customers; null while selling. */
  notice: string | null
}
/** How long the panel may be gone before the shop closes its checkout. */
const UNREACHABLE_MAX_MS = 10 * MINUTE

export function sellingFrom(health: PanelHealth, now: Date): Selling {
  if (health.refusedSince)
    return {
      selling: false,
      notice:
        'New servers cannot be made right now, so checkout is closed. Our operators have been told; running servers are not affected.',
    }
  if (health.unreachableSince && secondsBetween(health.unreachableSince, now) * 1_000 >= UNREACHABLE_MAX_MS)
    return {
      selling: false,
      notice: 'The game panel cannot be reached, so checkout is closed until it answers again. We look again every minute.',
    }
  return { selling: true, notice: null }
}
