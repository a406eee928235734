import { z } from 'zod'

const Calls = z.looseObject({ total: z.number(), calls: z.record(z.string(), z.number()) })
/** Asked on a timer whether anybody buys or not: nodes, allocations, locations, nests and eggs. */
const PERIODIC = /\/(?:nodes|locations|nests)\b/

/**
 * Calls the sandbox panel has answered so far on behalf of orders: accounts, servers and the watch; the periodic sync left out,
 * except its list of all servers, which the panel's counter cannot tell from the watch's: one call in five minutes.
 */
export async function panelCallsForOrders(panelUrl: string): Promise<number> {
  const answer = await fetch(`${panelUrl}/sandbox/calls.json`)
  const { calls } = Calls.parse(await answer.json())
  return Object.entries(calls)
    .filter(([route]) => / api\/(?:application|client)\//.test(route) && !PERIODIC.test(route))
    .reduce((sum, [, count]) => sum + count, 0)
}
