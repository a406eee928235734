import { refused } from './errors.ts'
import type { AllocationRow, NodeRow } from './rows.ts'
import type { Store } from './store.ts'
import { resourcesOf } from './transform/node.ts'

/**
 * The public nodes with room for this much. Maintenance and a dead daemon are not looked at, an unlimited server counts
 * as nothing, and an overallocation of -1 means one percent less.
 * @throws NoViableNodeException when there is none
 */
export function viableNodes(store: Store, need: { memory: number; disk: number; locations: number[] }): NodeRow[] {
  const nodes = store.nodes.all().filter((node) => {
    if (!node.public || (need.locations.length > 0 && !need.locations.includes(node.location_id))) return false
    const used = resourcesOf(store, node)
    return (
      used.memory + need.memory <= node.memory * (1 + node.memory_overallocate / 100) &&
      used.disk + need.disk <= node.disk * (1 + node.disk_overallocate / 100)
    )
  })
  if (nodes.length > 0) return nodes
  throw refused('No nodes satisfying the requirements specified for automatic deployment could be found.', 'NoViableNodeException')
}

/** A free allocation of these nodes, drawn at random; `ports` are "25565" or "25565-25600", none means any. */
export function drawAllocation(
  store: Store,
  ask: { nodes: NodeRow[]; ports: string[]; dedicated: boolean; random: () => number },
): AllocationRow {
  const ranges = ask.ports.flatMap(readPorts)
  const all = ask.nodes.flatMap((node) => store.allocations.where('node', node.id))
  const busy = new Set(all.filter((each) => each.server_id !== null).map((each) => `${each.node_id} ${each.ip}`))
  const free = all.filter(
    (each) =>
      each.server_id === null &&
      (ranges.length === 0 || ranges.some(([from, to]) => each.port >= from && each.port <= to)) &&
      !(ask.dedicated && busy.has(`${each.node_id} ${each.ip}`)),
  )
  const drawn = free[Math.floor(ask.random() * free.length)]
  if (drawn) return drawn
  throw refused('No allocations satisfying the requirements for automatic deployment were found.', 'NoViableAllocationException')
}

function readPorts(text: string): [number, number][] {
  if (/^\d+$/.test(text)) return [[Number(text), Number(text)]]
  const range = text.match(/^(\d{4,5})-(\d{4,5})$/)
  if (!range) return []
  const [from, to] = [Number(range[1]), Number(range[2])]
  if (Math.abs(to - from) > 1000) {
    throw refused('Adding more than 1000 ports in a single range at once is not supported.')
  }
  return [[from, to]]
}
