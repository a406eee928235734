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
