import type { Tx } from '../../db/index.ts'
import type { PanelNode } from '../../outside/panel/types.ts'
import { nodeMaxMb } from '../rules.ts'

/** Inserts the node or brings it up to date with the panel; what the operator has set (enabled, headroom) stays. */
export async function saveNode(tx: Tx, node: PanelNode, at: Date): Promise<void> {
  const seen = {
    uuid: node.uuid,
    name: node.name,
    location_id: node.locationId,
    fqdn: node.fqdn,
    maintenance: node.maintenance,
    max_ram_gb: nodeMaxMb(node.memoryMb, node.memoryOverallocate) / 1024,
    max_disk_gb: nodeMaxMb(node.diskMb, node.diskOverallocate) / 1024,
    gone_at: null,
    synced_at: at,
    updated_at: at,
  }
  // A node that is not public is kept out of sale until an operator says otherwise.
  await tx
    .insertInto('ptero_nodes')
    .values({ id: node.id, ...seen, enabled: node.public, created_at: at })
    .onConflict((on) => on.column('id').doUpdateSet(seen))
    .execute()
}

/** Marks the nodes that the panel no longer lists. @returns those that were there until now */
export async function markGone(tx: Tx, listed: number[], at: Date): Promise<{ id: number; name: string }[]> {
  return tx
    .updateTable('ptero_nodes')
    .set({ gone_at: at, updated_at: at })
    .where('gone_at', 'is', null)
    .$if(listed.length > 0, (some) => some.where('id', 'not in', listed))
    .returning(['id', 'name'])
    .execute()
}

/** What servers that are not ours take on a node, in MiB. */
export async function saveStrangers(tx: Tx, nodeId: number, sum: { ramMb: number; diskMb: number }, at: Date): Promise<void> {
  await tx
    .updateTable('ptero_nodes')
    .set({ strangers_ram_mb: sum.ramMb, strangers_disk_mb: sum.diskMb, updated_at: at })
    .where('id', '=', nodeId)
    .where((e) => e.or([e('strangers_ram_mb', '!=', sum.ramMb), e('strangers_disk_mb', '!=', sum.diskMb)]))
    .execute()
}
