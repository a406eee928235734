import { moveReservation, noRoomForPaid, place } from '../../fleet/index.ts'
import { asFailure } from '../../kit/failure.ts'
import { note, saveOrder } from '../../orders/index.ts'
import { saveFailure } from '../take-failure.ts'
import { type Done, goOn, lockAsRead, type Work } from '../work.ts'

/** Holds room and ports for a paid order that has none, or on another node of its region when its node takes no servers. */
export async function reserve(work: Work, how: 'anew' | 'elsewhere'): Promise<Done> {
  const { world, reading } = work
  const now = world.now()
  try {
    await world.db.tx(async (tx) => {
      const order = await lockAsRead(tx, reading)
      const { memory, disk } = reading.want.limits
      const placed =
        how === 'elsewhere'
          ? await moveReservation(tx, order.id, now)
          : await place(tx, {
              id: order.id,
              regionId: order.regionId,
              ramMb: memory,
              diskMb: disk,
              ports: reading.want.recipe?.ports ?? [],
              at: now,
              paid: true,
            })
      const title =
        how === 'elsewhere' ? `Moved to node ${placed.nodeName}: its node takes no new servers` : `Room held on node ${placed.nodeName}`
      await note(tx, order.id, title, { nodeId: placed.nodeId, from: reading.place?.nodeId ?? null }, now)
      await saveOrder(tx, order, { nodeId: placed.nodeId }, { title, by: 'servers', at: now, wake: false })
    })
    return goOn(work.seen)
  } catch (thrown) {
    const failure = asFailure(thrown)
    if (failure.kind !== 'full') throw thrown
    return saveFailure(work, { class: 'capacity', effect: 'wait_capacity', failure: noRoomForPaid(failure, reading.order.regionId) })
  }
}
