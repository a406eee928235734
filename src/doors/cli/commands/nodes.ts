import type { Command } from 'commander'
import { NodeList, type NodeView } from '../../../fleet/contract.ts'
import { type Api, type ApiOptions, fromElsewhere, withApi } from '../api.ts'
import { cliInvalid, print, type Shown, table } from '../run.ts'

const NODES = '/api/ops/nodes'

const stateOf = (node: NodeView) => (node.gone ? 'gone' : node.maintenance ? 'maintenance' : node.enabled ? 'on sale' : 'disabled')

function shown(nodes: NodeView[]): Shown {
  const rows = nodes.map((node) => [
    node.id,
    node.name,
    node.region,
    stateOf(node),
    node.availableRamGb.toFixed(1),
    node.maxRamGb.toFixed(0),
    node.reservedHeadroomGb.toFixed(0),
    node.availableDiskGb.toFixed(0),
    `${node.freeAllocations}/${node.totalAllocations}`,
  ])
  const head = ['id', 'node', 'region', 'state', 'free RAM GB', 'RAM GB', 'headroom GB', 'free disk GB', 'free ports']
  return { value: nodes, text: table(head, rows) }
}

/** All of them: a fleet fits a screen or two. */
async function everyNode(api: Api): Promise<NodeView[]> {
  const nodes: NodeView[] = []
  let cursor: string | undefined
  do {
    const page = await api.get(NodeList, NODES, { limit: 200, cursor })
    nodes.push(...page.nodes)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return nodes
}

function at(id: string): string {
  if (/^[1-9]\d{0,9}$/.test(id)) return `${NODES}/${id}`
  throw cliInvalid(`“${id}” is no node's id.`, 'It is a number; see `nodes list`.')
}

export function nodeCommands(program: Command): void {
  const nodes = program.command('nodes').description('Nodes of the panel and their capacity.')

  fromElsewhere(nodes.command('list'))
    .description('Every node, with what is free on it.')
    .action((options: ApiOptions) => print(options, () => withApi(options, async (api) => shown(await everyNode(api)))))

  fromElsewhere(nodes.command('sync'))
    .description('Read locations, nodes, allocations and strangers’ servers from the panel.')
    .action((options: ApiOptions) =>
      print(options, () =>
        withApi(options, async (api) => {
          await api.send(NodeList, 'POST', `${NODES}/sync`, {})
          return shown(await everyNode(api))
        }),
      ),
    )

  const change = (name: string, description: string) =>
    fromElsewhere(nodes.command(name)).description(description).requiredOption('--reason <text>', 'kept in the audit log')
  const patch = (options: ApiOptions, id: string, body: object) =>
    print(options, () => withApi(options, async (api) => shown((await api.send(NodeList, 'PATCH', at(id), body)).nodes)))
  type Because = ApiOptions & { reason: string }

  change('enable <id>', 'Place new orders on it.').action((id: string, { reason, ...options }: Because) =>
    patch(options, id, { enabled: true, reason }),
  )
  change('disable <id>', 'Place nothing new on it; what runs there goes on.').action((id: string, { reason, ...options }: Because) =>
    patch(options, id, { enabled: false, reason }),
  )
  change('headroom <id> <gb>', 'Keep so much memory free on it.').action((id: string, gb: string, { reason, ...options }: Because) =>
    patch(options, id, { reservedHeadroomGb: Number(gb), reason }),
  )
}
