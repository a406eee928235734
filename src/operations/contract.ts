import { z } from 'zod'
import { Uuid } from '../kit/contract.ts'
import { OrderStatus } from '../orders/contract.ts'

/** POST /functions/v1/servers-provision, service role only. */
export const ProvisionAsk = z.object({ order_id: Uuid })
/** 200 once the server exists; 202 (with nulls) while still working after 25 s. */
export const ProvisionAnswer = z.object({
  id: z.string().nullable(),
  identifier: z.string().nullable(),
  node: z.string().nullable(),
  allocation: z.string().nullable(),
  status: OrderStatus,
})
export type ProvisionAnswer = z.infer<typeof ProvisionAnswer>
