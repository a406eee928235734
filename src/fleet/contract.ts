import { z } from 'zod'
import { Instant } from '../kit/contract.ts'

/** GET /api/ops/nodes?cursor=&limit= → a page of { nodes: NodeView[] }. All RAM and disk in GB (1 GB = 1024 MiB). */
export const NodeView = z.object({
  id: z.number().int(),
  name: z.string(),
  region: z.string().nullable(),
  enabled: z.boolean(),
  maintenance: z.boolean(),
  /** The panel no longer has it. */
  gone: z.boolean(),
  maxRamGb: z.number(),
  reservedHeadroomGb: z.number(),
  /** Held by open checkouts and sold to orders. */
  heldRamGb: z.number(),
  committedRamGb: z.number(),
  /** Servers on the node that are not ours. */
  strangersRamGb: z.number(),
  availableRamGb: z.number(),
  maxDiskGb: z.number(),
  availableDiskGb: z.number(),
  freeAllocations: z.number().int(),
  totalAllocations: z.number().int(),
  syncedAt: Instant.nullable(),
})
export type NodeView = z.infer<typeof NodeView>
export const NodeList = z.object({ nodes: z.array(NodeView), nextCursor: z.string().nullable() })
export type NodeList = z.infer<typeof NodeList>
/** PATCH /api/ops/nodes/:id */
export const NodePatch = z
  .object({
    enabled: z.boolean().optional(),
    reservedHeadroomGb: z.number().min(0).max(100_000).optional(),
    reason: z.string().min(3).max(500),
  })
  .strict()
