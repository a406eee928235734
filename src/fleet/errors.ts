import { Failure } from '../kit/failure.ts'

/** @param region its name, as the shop shows it */
export const noCapacity = (region: string, facts: Record<string, unknown>): Failure =>
  new Failure({
    code: 'fleet.no_capacity',
    kind: 'full',
    say: `Sold out in ${region} right now.`,
    next: 'Pick another region or a smaller plan, or try again later.',
    facts,
  })

/** The same for an order that is paid: its buyer picks nothing any more, an operator can make room. */
export const noRoomForPaid = (from: Failure, regionId: string): Failure =>
  new Failure({
    code: 'fleet.no_capacity',
    kind: 'full',
    say: `No node of the region ${regionId} has room and ports for it.`,
    next: 'Enable or add a node in the region, or add allocations to its nodes: it goes on by itself.',
    facts: from.facts,
    cause: from,
  })

export const holdsFull = (region: string, facts: Record<string, unknown>): Failure =>
  new Failure({
    code: 'fleet.holds_full',
    kind: 'full',
    say: `Too many unpaid checkouts are open in ${region} at this moment.`,
    next: 'Try again in some minutes, or pick another region: a checkout that is not paid gives its place back.',
    facts,
  })

interface Size {
  ramMb: number
  diskMb: number
}
const gb = (mb: number): string => `${Math.round((mb / 1024) * 10) / 10} GB`

/** A server that stands cannot grow there. The panel has no transfer: neither page nor API moves a server to another node. */
export const noRoomOnNode = (from: Size & { id: string; nodeName: string }, to: Size, missing: Size): Failure => {
  const lacking = [
    ...(missing.ramMb > 0 ? [`${gb(missing.ramMb)} of RAM`] : []),
    ...(missing.diskMb > 0 ? [`${gb(missing.diskMb)} of disk`] : []),
  ]
  return new Failure({
    code: 'fleet.no_room_on_node',
    kind: 'full',
    say: `The node ${from.nodeName} has no room for this: ${lacking.join(' and ')} are missing there.`,
    next: 'The panel cannot move a server to another node. Pick a smaller plan; or make room on this node (less headroom, more memory or disk on the panel, then sync); or let the customer order anew on another node, copy the files and cancel this order.',
    facts: { id: from.id, from: { ramMb: from.ramMb, diskMb: from.diskMb }, to, missing },
  })
}

/** The books cannot be brought to where a server stands. */
export const cannotFollow = (why: string): Failure =>
  new Failure({
    code: 'fleet.cannot_follow',
    kind: 'conflict',
    say: `The books cannot follow the server: ${why}`,
    next: 'Sync the nodes; give the server as many free ports as it was sold with on the panel (Build configuration); then try again.',
  })

export const noSuchNode = (id: number): Failure =>
  new Failure({ code: 'fleet.no_such_node', kind: 'missing', say: `There is no node ${id}.`, next: 'Sync the nodes and look again.' })

export const noSuchReservation = (id: string): Failure =>
  new Failure({
    code: 'fleet.no_such_reservation',
    kind: 'missing',
    say: 'Nothing is reserved under this id.',
    next: 'Place it again.',
    facts: { id },
  })
