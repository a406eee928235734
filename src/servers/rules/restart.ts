/** A change that the watch saw: an installation that ended. */
export interface Ended {
  orderId: string
  nodeId: number
  ok: boolean
}
const MANY = 3

/**
 * A daemon that restarts turns every installation of its node to "done". Nothing is undone on that suspicion; it is noted,
 * so that a server that does not run can be understood.
 * @param stillInstalling installations per node that go on
 * @returns order ids to note it for
 */
export function maybeRestarted(ended: Ended[], stillInstalling: Map<number, number>): string[] {
  const byNode = Map.groupBy(
    ended.filter((one) => one.ok),
    (one) => one.nodeId,
  )
  return [...byNode]
    .filter(([node, all]) => all.length >= MANY && (stillInstalling.get(node) ?? 0) === 0)
    .flatMap(([, all]) => all.map((one) => one.orderId))
}
