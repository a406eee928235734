import { Group, Text } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { opsOrdersQuery } from '../../api/operations.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { When } from '../../ui/When.tsx'
import classes from './Ops.module.css'
import { OrderFilters } from './OrderFilters.tsx'
import { OrdersTable } from './OrdersTable.tsx'
import { Pager } from './Pager.tsx'

const route = getRouteApi('/ops/orders')

export function OrdersPage() {
  const search = route.useSearch()
  const orders = useQuery(opsOrdersQuery(search))
  const asked = search.filter !== 'all' || search.status !== undefined || search.q !== undefined
  return (
    <Page title="Orders" tab="Orders, operations">
      <OrderFilters search={search} />
      {orders.isPending && <Loading label="Loading the orders" heights={[48, 48, 48, 48]} />}
      {orders.isError && <FaultBox error={orders.error} title="The orders could not be loaded" retry={orders.refetch} />}
      {orders.data?.items.length === 0 && (
        <Empty icon={<IconChecks size={36} />} title={asked ? 'No order matches' : 'No orders yet'}>
          {asked ? 'Loosen the filters, or search by the whole e-mail or order id.' : 'Paid orders show here within a second.'}
        </Empty>
      )}
      {orders.data && orders.data.items.length > 0 && (
        <div className={`card ${classes.sheet}`} data-stale={orders.isPlaceholderData || undefined}>
          <OrdersTable rows={orders.data.items} />
        </div>
      )}
      {orders.data && (
        <Group justify="space-between" mt="md">
          <Text size="sm" c="dimmed">
            Refreshed <When at={new Date(orders.dataUpdatedAt).toISOString()} />, every 10 s
          </Text>
          <Pager cursor={search.cursor} nextCursor={orders.data.nextCursor} />
        </Group>
      )}
    </Page>
  )
}
