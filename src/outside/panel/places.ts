import { allPages } from './pages.ts'
import type { Send } from './send.ts'
import { allocationShape, eggListShape, locationShape, nestShape, nodeShape } from './shapes.ts'
import type { Panel, PanelEgg } from './types.ts'

type Places = Pick<Panel, 'locations' | 'nodes' | 'allocations' | 'eggs'>
const APPLICATION = '/api/application'

export function places(send: Send): Places {
  return {
    locations: (call) => allPages(send, call, `${APPLICATION}/locations`, locationShape),
    nodes: (call) => allPages(send, call, `${APPLICATION}/nodes`, nodeShape),
    allocations: (call, nodeId) => allPages(send, call, `${APPLICATION}/nodes/${nodeId}/allocations`, allocationShape),
    async eggs(call) {
      const eggs: PanelEgg[] = []
      for (const nest of await allPages(send, call, `${APPLICATION}/nests`, nestShape)) {
        const asked = { method: 'GET', path: `${APPLICATION}/nests/${nest}/eggs`, query: { include: 'variables' } } as const
        eggs.push(...(await send(call, asked, eggListShape)))
      }
      return eggs
    },
  }
}
