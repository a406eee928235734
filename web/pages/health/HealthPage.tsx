import { Group, SegmentedControl, SimpleGrid, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { HealthView, HealthWindow } from '../../../src/health/contract.ts'
import { healthQuery } from '../../api/health.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { duration } from '../../ui/format.ts'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { Figure } from './Figure.tsx'
import { percent } from './figures.ts'
import { OrdersToSee } from './OrdersToSee.tsx'
import { Processes } from './Processes.tsx'
import { ServiceLevel } from './ServiceLevel.tsx'
import { Webhooks } from './Webhooks.tsx'

/** Apart from the rest: the library that draws is larger than all of the console. */
const HealthCharts = lazy(() => import('./HealthCharts.tsx'))

const route = getRouteApi('/ops/health')
const WINDOWS: { value: HealthWindow; label: string }[] = [
  { value: 'hour', label: 'Hour' },
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
]

export function HealthPage() {
  const { window } = route.useSearch()
  const navigate = route.useNavigate()
  const health = useQuery(healthQuery(window))
  return (
    <Page
      title="Health"
      tab="Health, operations"
      lead="How provisioning does: what is stuck now, how sure and how fast paid orders get their server, and what is left of the promise."
      actions={
        <SegmentedControl
          aria-label="Over which time"
          value={window}
          onChange={(value) => void navigate({ search: { window: value as HealthWindow }, replace: true })}
          data={WINDOWS}
        />
      }
    >
      {health.isPending && <Loading label="Loading the figures" heights={[110, 220, 320]} />}
      {health.isError && <FaultBox error={health.error} title="The figures could not be loaded" retry={health.refetch} />}
      {health.data && <Shown view={health.data} />}
    </Page>
  )
}

const time = (seconds: number | null) => (seconds === null ? 'none yet' : duration(seconds))

function Shown({ view }: { view: HealthView }) {
  const { now, provisioning, budget, window } = view
  const { successRate } = provisioning
  const used = budget.limit === 0 ? 0 : budget.used / budget.limit
  return (
    <Stack gap="lg">
      <SimpleGrid component="dl" m={0} cols={{ base: 2, md: 3, xl: 6 }} spacing="md">
        <Figure
          name="Success rate"
          value={successRate === null ? 'none yet' : percent(successRate)}
          note={`${provisioning.delivered} of ${provisioning.paid} paid`}
          tone={successRate === null ? undefined : successRate >= 0.99 ? 'well' : successRate >= 0.95 ? 'warn' : 'bad'}
        />
        <Figure name="Median" value={time(provisioning.p50Seconds)} note="paid to provisioned" />
        <Figure
          name="95 of 100 within"
          value={time(provisioning.p95Seconds)}
          note={`last ${window}`}
          tone={(provisioning.p95Seconds ?? 0) > 300 ? 'warn' : undefined}
        />
        <Figure
          name="Queue age"
          value={now.queueSeconds === 0 ? 'empty' : duration(now.queueSeconds)}
          note={now.waiting === 0 ? 'nobody waits' : `${now.waiting} wait, ${now.working} in work`}
          tone={now.queueSeconds > 900 ? 'bad' : now.queueSeconds > 300 ? 'warn' : undefined}
        />
        <Figure
          name="Stuck, in error"
          value={`${now.stuck}, ${now.inError}`}
          note="over 10 min; stopped"
          tone={now.stuck + now.inError > 0 ? 'bad' : 'well'}
        />
        <Figure
          name="Panel budget"
          value={percent(used)}
          note={budget.blockedUntil ? 'the panel said: too many' : `${budget.used} of ${budget.limit} calls a minute`}
          tone={budget.blockedUntil || used > 0.9 ? 'warn' : undefined}
        />
      </SimpleGrid>
      <OrdersToSee orders={now.orders} stuck={now.stuck} inError={now.inError} />
      <section aria-labelledby="charts-title">
        <Group justify="space-between" align="baseline" mb="sm">
          <Title order={2} id="charts-title">
            {window === 'hour' ? 'The last hour' : window === 'day' ? 'The last 24 hours' : 'The last 7 days'}
          </Title>
        </Group>
        <Suspense fallback={<Loading label="Loading the charts" heights={[260, 260]} />}>
          <HealthCharts points={view.points} window={window} />
        </Suspense>
      </section>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <ServiceLevel slo={view.slo} />
        <Webhooks webhooks={view.webhooks} window={window} />
      </SimpleGrid>
      <Processes processes={view.processes} tasks={view.tasks} />
    </Stack>
  )
}
