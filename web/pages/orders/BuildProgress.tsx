import { Group, Progress, Text } from '@mantine/core'
import type { OrderView } from '../../../src/orders/contract.ts'
import { duration } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import classes from './Order.module.css'

type Props = { order: OrderView /** When this view of the order came, in our own clock's milliseconds. */; since: number }

/** How far, and how long since the payment. The seconds are counted on from the server's figure, so a wrong clock here does no harm. */
export function BuildProgress({ order, since }: Props) {
  const ready = order.readyAt !== null
  const now = useNow(ready ? null : 1_000)
  if (order.elapsedSeconds === null) return null
  const elapsed = order.elapsedSeconds + (ready ? 0 : Math.max(0, Math.floor((now - since) / 1000)))
  return (
    <section className="card" aria-label="Progress">
      <Group justify="space-between" align="baseline" mb="sm">
        <Text c="dimmed">{ready ? 'From payment to ready' : 'Since your payment'}</Text>
        <span className={classes.clock} role="timer" aria-label="Elapsed time">
          {duration(elapsed)}
        </span>
      </Group>
      <Progress
        value={order.progress}
        aria-label="Progress"
        size="md"
        animated={!ready && !order.trouble}
        color={order.trouble ? 'yellow' : 'emerald'}
      />
    </section>
  )
}
