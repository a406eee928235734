import { Badge, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DeliveryView } from '../../../src/health/contract.ts'
import { deliveriesQuery } from '../../api/health.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { plural } from '../../ui/format.ts'
import { Loading } from '../../ui/Loading.tsx'
import { When } from '../../ui/When.tsx'
import { Cell } from '../operations/Cell.tsx'
import classes from '../operations/Ops.module.css'

const COLORS: Record<DeliveryView['status'], string> = { sent: 'emerald', queued: 'yellow', failed: 'red' }
const SAID: Record<DeliveryView['status'], string> = { sent: 'told', queued: 'tried again', failed: 'given up' }

/** What was told to whom lately, and what could not be. */
export function Deliveries() {
  const deliveries = useQuery(deliveriesQuery)
  return (
    <section aria-labelledby="deliveries-title">
      <Title order={2} id="deliveries-title" mb="sm">
        Told lately
      </Title>
      {deliveries.isPending && <Loading label="Loading what was told" heights={[160]} />}
      {deliveries.isError && <FaultBox error={deliveries.error} title="What was told could not be loaded" retry={deliveries.refetch} />}
      {deliveries.data?.items.length === 0 && <Text c="dimmed">Nothing yet.</Text>}
      {deliveries.data && deliveries.data.items.length > 0 && (
        <div className={`card ${classes.sheet}`}>
          <table className={classes.table} aria-label="Told lately">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Channel</th>
                <th scope="col">State</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.data.items.map((one) => (
                <tr key={one.id}>
                  <Cell label="What">{one.title}</Cell>
                  <Cell label="Channel">{one.channelName}</Cell>
                  <Cell label="State">
                    <Badge color={COLORS[one.status]} variant="light" tt="none">
                      {SAID[one.status]}
                    </Badge>
                    {one.status !== 'sent' && one.lastError && (
                      <span className={classes.cause}>
                        {plural(one.attempts, 'try', 'tries')}: {one.lastError}
                      </span>
                    )}
                  </Cell>
                  <Cell label="When">
                    <When at={one.sentAt ?? one.queuedAt} />
                  </Cell>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
