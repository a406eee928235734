import { Badge, Stack, Text } from '@mantine/core'
import { IconServer2 } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { OrderView } from '../../../src/orders/contract.ts'
import { asFault } from '../../api/fault.ts'
import { ordersQuery } from '../../api/orders.ts'
import { paths } from '../../paths.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { gb } from '../../ui/format.ts'
import { Loading } from '../../ui/Loading.tsx'
import { ButtonLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { SignInFirst } from '../accounts/SignInFirst.tsx'
import { gameArt } from '../catalog/art.ts'
import classes from './Order.module.css'
import { ORDER_WORDS, orderState } from './order-state.ts'
import { RegionName } from './RegionName.tsx'

export function ServersPage() {
  const orders = useInfiniteQuery(ordersQuery)
  const all = orders.data?.pages.flatMap((page) => page.orders)
  if (orders.isError && asFault(orders.error).status === 401) return <SignInFirst title="My servers" why="Sign in to see your servers." />
  return (
    <Page title="My servers" actions={<ButtonLink to={paths.home}>Order a server</ButtonLink>}>
      {orders.isPending && <Loading label="Loading your servers" heights={[100, 100]} />}
      {orders.isError && !all && <FaultBox error={orders.error} title="Your servers could not be loaded" retry={orders.refetch} />}
      {all?.length === 0 && (
        <Empty icon={<IconServer2 size={36} />} title="No servers yet">
          <Text mb="md">What you order shows here, from the checkout on.</Text>
          <ButtonLink to={paths.home} variant="default">
            See the games
          </ButtonLink>
        </Empty>
      )}
      <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
        {all?.map((order) => (
          <li key={order.id}>
            <ServerCard order={order} />
          </li>
        ))}
      </Stack>
      <ShowMore label="Show older" query={orders} />
    </Page>
  )
}

function ServerCard({ order }: { order: OrderView }) {
  const state = orderState(order)
  const words = ORDER_WORDS[state]
  return (
    <Link to={paths.order} params={{ orderId: order.id }} className={`card ${classes.server}`}>
      <img src={gameArt({ id: order.gameId, name: order.gameName })} alt="" className={classes.thumb} width={320} height={160} />
      <div>
        <Text fw={600}>{order.serverName}</Text>
        <Text size="sm" c="dimmed">
          {order.gameName}, {order.variant} · {gb(order.ramGb)} · <RegionName id={order.region} />
        </Text>
        {order.server && state !== 'canceled' && <Text className="mono">{order.server.address}</Text>}
      </div>
      <Badge color={words.color} variant="light" size="lg" tt="none">
        {words.badge}
      </Badge>
    </Link>
  )
}
