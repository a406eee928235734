import { Alert, Title } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import type { HealthView } from '../../../src/health/contract.ts'
import { paths } from '../../paths.ts'
import { duration } from '../../ui/format.ts'
import { TextLink } from '../../ui/links.tsx'
import classes from '../operations/Ops.module.css'
import { StatusBadge } from '../operations/StatusBadge.tsx'

type Props = Pick<HealthView['now'], 'orders' | 'stuck' | 'inError'>

/** What needs somebody now; each leads to its order, which says why and what to do. */
export function OrdersToSee({ orders, stuck, inError }: Props) {
  if (orders.length === 0)
    return (
      <Alert color="emerald" variant="light" icon={<IconCircleCheck aria-hidden />} title="Nothing is stuck" role="status">
        No order stands in error, and none has been in paid for over 10 minutes.
      </Alert>
    )
  return (
    <section aria-labelledby="stuck-title">
      <Title order={2} id="stuck-title" mb="sm">
        Stuck now
      </Title>
      <div className={`card ${classes.sheet}`}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col">Status</th>
              <th scope="col">Why</th>
              <th scope="col">Paid</th>
            </tr>
          </thead>
          <tbody>
            {orders.map((order) => (
              <tr key={order.id}>
                <td data-label="Order">
                  <TextLink to={paths.opsOrder} params={{ orderId: order.id }} className="mono">
                    {order.id.slice(0, 8)}
                  </TextLink>
                </td>
                <td data-label="Status">
                  <div>
                    <StatusBadge status={order.status} />
                  </div>
                </td>
                <td data-label="Why">{order.cause ?? 'waits its turn'}</td>
                <td data-label="Paid">{duration(order.seconds)} ago</td>
              </tr>
            ))}
          </tbody>
        </table>
        {stuck + inError > orders.length && (
          <p className={classes.sub} style={{ padding: '0.5rem 0.75rem' }}>
            {stuck + inError - orders.length} more; see{' '}
            <TextLink to={paths.opsOrders} search={{ filter: 'unprovisioned' }} underline="always" size="sm">
              all without a server
            </TextLink>
            .
          </p>
        )}
      </div>
    </section>
  )
}
