import { Badge, Box, Group, Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { OrderView } from '../../../src/orders/contract.ts'
import { asFault } from '../../api/fault.ts'
import { useLiveOrder } from '../../api/live-order.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { NotFound } from '../../ui/NotFound.tsx'
import { Page } from '../../ui/Page.tsx'
import { SignInFirst } from '../accounts/SignInFirst.tsx'
import { BuildProgress } from './BuildProgress.tsx'
import { CheckoutBox } from './CheckoutBox.tsx'
import { MoneyBack } from './MoneyBack.tsx'
import classes from './Order.module.css'
import { OrderFacts } from './OrderFacts.tsx'
import { OrderSteps } from './OrderSteps.tsx'
import { ORDER_WORDS, orderState } from './order-state.ts'
import { ServerReady } from './ServerReady.tsx'
import { TroubleBox } from './TroubleBox.tsx'

const route = getRouteApi('/orders/$orderId')

export function OrderPage() {
  const { orderId } = route.useParams()
  const { paid, canceled } = route.useSearch()
  const live = useLiveOrder(orderId, paid === '1')
  if (live.data) return <Shown order={live.data} cameBack={paid ? 'paid' : canceled ? 'canceled' : null} since={live.dataUpdatedAt} />
  if (!live.isError)
    return (
      <Box py="xl">
        <Loading label="Loading your order" heights={[60, 90, 320]} />
      </Box>
    )
  const { status } = asFault(live.error)
  if (status === 401) return <SignInFirst title="Your order" why="Sign in to see this order." />
  if (status === 404) return <NotFound />
  return (
    <Page title="Your order" width="text">
      <FaultBox error={live.error} title="Your order could not be loaded" retry={live.refetch} />
    </Page>
  )
}

type Props = { order: OrderView; cameBack: 'paid' | 'canceled' | null; since: number }

function Shown({ order, cameBack, since }: Props) {
  const state = orderState(order, cameBack === 'paid')
  const words = ORDER_WORDS[state]
  const lead =
    state === 'unpaid' && cameBack === 'canceled'
      ? 'You left the pay page. Nothing has been charged, and the place is still held.'
      : words.lead
  // What once was done says nothing of what ended or stands still.
  const over = state === 'expired' || state === 'canceled' || state === 'suspended'
  const working = state === 'building' || state === 'delayed' || state === 'stuck' || state === 'ready'
  return (
    <Page
      title={order.serverName}
      tab={`${words.badge}: ${order.serverName}`}
      lead={lead}
      actions={
        <Badge color={words.color} variant="light" size="lg" tt="none" role="status" aria-label={`Order state: ${words.badge}`}>
          {words.badge}
        </Badge>
      }
    >
      <div className={classes.columns}>
        <Stack gap="lg">
          {order.trouble && <TroubleBox ended={state === 'canceled'} trouble={order.trouble} supportUrl={order.supportUrl} />}
          {(state === 'unpaid' || state === 'expired') && <CheckoutBox order={order} state={state} />}
          {(state === 'ready' || state === 'suspended') && order.server && (
            <ServerReady server={order.server} suspended={state === 'suspended'} />
          )}
          <MoneyBack order={order} />
          {working && <BuildProgress order={order} since={since} />}
          {!over && <OrderSteps steps={order.steps} />}
        </Stack>
        <Group component="aside" aria-label="Order facts" align="stretch">
          <OrderFacts order={order} />
        </Group>
      </div>
    </Page>
  )
}
