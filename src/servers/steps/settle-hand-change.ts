import { settleHandChange } from '../../orders/index.ts'
import { type Done, goOn, type Work } from '../work.ts'

/** A status that somebody set in SQL: what it means is the orders room's to say; what follows on the panel is planned next. */
export async function settleChangeByHand({ world, reading }: Work): Promise<Done> {
  await settleHandChange(world, reading.order.id)
  return goOn()
}
