import { Anchor, Divider, Text, Title } from '@mantine/core'
import type { OrderView } from '../../../src/orders/contract.ts'
import { money, TERM_RHYTHM } from '../../ui/format.ts'
import { When } from '../../ui/When.tsx'
import classes from './Order.module.css'
import { RegionName } from './RegionName.tsx'

export function OrderFacts({ order }: { order: OrderView }) {
  return (
    <div className="card" style={{ width: '100%' }}>
      <Title order={2} mb="sm">
        What you ordered
      </Title>
      <dl className={classes.facts}>
        <dt>Game</dt>
        <dd>
          {order.gameName}, {order.variant}
        </dd>
        <dt>Plan</dt>
        <dd>{order.planName}</dd>
        <dt>Region</dt>
        <dd>
          <RegionName id={order.region} />
        </dd>
        <dt>Price</dt>
        <dd>
          {money(order.amountCents, order.currency)} {TERM_RHYTHM[order.term]}
        </dd>
        {order.paidAt && (
          <>
            <dt>Paid</dt>
            <dd>
              <When at={order.paidAt} as="date" />
            </dd>
          </>
        )}
      </dl>
      <Divider my="md" />
      <Text size="sm" c="dimmed">
        Order <span className="mono">{order.id}</span>
      </Text>
      <Anchor href={order.supportUrl} size="sm" underline="always">
        Ask support about this order
      </Anchor>
    </div>
  )
}
