import type { Command } from 'commander'
import { nodeViews, syncFleet } from '../../../fleet/index.ts'
import type { World } from '../../../world.ts'
import { print, table, withWorld } from '../run.ts'

const shown = async (world: World) => {
  const nodes = await nodeViews(world.db.q)
  const state = (node: (typeof nodes)[number]) =>
    node.gone ? 'gone' : node.maintenance ? 'maintenance' : node.enabled ? 'on sale' : 'disabled'
  const rows = nodes.map((node) => [
    node.id,
    node.name,
    node.region,
    state(node),
    node.availableRamGb.toFixed(1),
    node.maxRamGb.toFixed(0),
    node.availableDiskGb.toFixed(0),
    `${node.freeAllocations}/${node.totalAllocations}`,
  ])
  return { value: nodes, text: table(['id', 'node', 'region', 'state', 'free RAM GB', 'RAM GB', 'free disk GB', 'free ports'], rows) }
}

export function nodeCommands(program: Command): void {
  const nodes = program.command('nodes').description('Nodes of the panel and their capacity.')
  nodes
    .command('list')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => print(options, () => withWorld(shown)))
  nodes
    .command('sync')
    .description('Read locations, nodes, allocations and strangers’ servers from the panel.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      print(options, () =>
        withWorld(async (world) => {
          await syncFleet(world)
          return shown(world)
        }),
      ),
    )
}
