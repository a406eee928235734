import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { OpsOrderDetail } from '../../../src/orders/contract.ts'
import { asFault } from '../../api/fault.ts'
import { opsOrderQuery } from '../../api/operations.ts'
import { paths } from '../../paths.ts'
import { Copy } from '../../ui/Copy.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { ButtonLink, TextLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { CancelOrder } from './CancelOrder.tsx'
import { FailureBox } from './FailureBox.tsx'
import classes from './Ops.module.css'
import { OpsOrderFacts } from './OpsOrderFacts.tsx'
import { RetryOrder } from './RetryOrder.tsx'
import { StatusBadge } from './StatusBadge.tsx'
import { Timeline } from './Timeline.tsx'

const route = getRouteApi('/ops/orders/$orderId')

export function OpsOrderPage() {
  const { orderId } = route.useParams()
  const order = useQuery(opsOrderQuery(orderId))
  if (order.data) return <Shown order={order.data} />
  if (order.isPending) return <Loading label="Loading the order" heights={[60, 120, 300]} />
  const gone = asFault(order.error).status === 404
  return (
    <Page title={gone ? 'No such order' : 'Order'} width="text">
      <FaultBox error={order.error} title="The order could not be loaded" retry={order.refetch} />
    </Page>
  )
}

function Shown({ order }: { order: OpsOrderDetail }) {
  return (
    <>
      <Text mt="lg" mb="calc(-1 * var(--mantine-spacing-md))">
        <TextLink to={paths.opsOrders} search={{ filter: 'all' }} size="sm">
          All orders
        </TextLink>
      </Text>
      <Page
        title={order.serverName}
        tab={`${order.serverName}, order`}
        lead={
          <Group gap="sm" mt={4}>
            <StatusBadge status={order.status} />
            <span className="mono">{order.id}</span>
            <Copy value={order.id} what="order id" />
          </Group>
        }
        actions={
          <Group gap="sm">
            <ButtonLink to={paths.opsLogs} search={{ order: order.id }} variant="default">
              Logs of this order
            </ButtonLink>
            <CancelOrder order={order} />
            <RetryOrder order={order} />
          </Group>
        }
      >
        <div className={classes.columns}>
          <Stack gap="lg">
            {order.failure && <FailureBox failure={order.failure} nextCheckAt={order.nextCheckAt} />}
            <Timeline order={order} />
          </Stack>
          <OpsOrderFacts order={order} />
        </div>
      </Page>
    </>
  )
}
