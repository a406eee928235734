import { type Tx, wake } from '../../db/index.ts'

export const wakeOrder = (tx: Tx, orderId: string) => wake(tx, 'orders.changed', orderId)
