import { Badge } from '@mantine/core'
import type { OrderStatus } from '../../../src/orders/contract.ts'

const COLORS: Record<OrderStatus, string> = {
  paid: 'blue',
  provisioning: 'blue',
  installing: 'blue',
  provisioned: 'emerald',
  active: 'emerald',
  error: 'red',
  canceled: 'gray',
}

/** The status by the name it has in SQL and in the API. */
export const StatusBadge = ({ status }: { status: OrderStatus }) => (
  <Badge color={COLORS[status]} variant="light" tt="none">
    {status}
  </Badge>
)
