import '@mantine/charts/styles.css'
import { BarChart, LineChart } from '@mantine/charts'
import { SimpleGrid, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { HealthView, HealthWindow } from '../../../src/health/contract.ts'
import { duration } from '../../ui/format.ts'
import { percent, stepName } from './figures.ts'

const HEIGHT = 220
/** A chart is looked at; who cannot see it has the figures above it. */
const QUIET = { accessibilityLayer: false }

type Props = { points: HealthView['points']; window: HealthWindow }

/** Four small charts on one axis of time. */
export default function HealthCharts({ points, window }: Props) {
  const data = points.map((point) => ({
    ...point,
    step: stepName(point.at, window),
    late: Math.max(0, point.paid - point.delivered - point.failed),
  }))
  const axis = {
    dataKey: 'step',
    h: HEIGHT,
    dotProps: { r: 2 },
    activeDotProps: { r: 4 },
    curveType: 'monotone' as const,
    connectNulls: true,
    strokeWidth: 2,
  }
  const shared = { data, dataKey: 'step', h: HEIGHT, withLegend: true, xAxisProps: { minTickGap: 24 } }
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Chart title="Orders paid" about="by what became of them">
        <BarChart
          {...shared}
          type="stacked"
          barChartProps={QUIET}
          yAxisProps={{ allowDecimals: false, width: 44 }}
          series={[
            { name: 'delivered', label: 'Delivered', color: 'emerald.5' },
            { name: 'late', label: 'Waiting', color: 'blue.5' },
            { name: 'failed', label: 'Failed', color: 'red.5' },
          ]}
        />
      </Chart>
      <Chart title="Paid to provisioned" about="median, and 95 of 100 within">
        <LineChart
          {...shared}
          {...axis}
          lineChartProps={QUIET}
          yAxisProps={{ width: 64 }}
          valueFormatter={(value) => duration(value)}
          referenceLines={[{ y: 300, label: '5 min', color: 'yellow.5' }]}
          series={[
            { name: 'p50Seconds', label: 'Median', color: 'emerald.5' },
            { name: 'p95Seconds', label: '95th percentile', color: 'blue.5' },
          ]}
        />
      </Chart>
      <Chart title="Longest wait" about="oldest order without its server, and oldest in paid">
        <LineChart
          {...shared}
          {...axis}
          lineChartProps={QUIET}
          yAxisProps={{ width: 64 }}
          valueFormatter={(value) => duration(value)}
          series={[
            { name: 'oldestSeconds', label: 'Without a server', color: 'yellow.5' },
            { name: 'queueSeconds', label: 'In paid', color: 'red.5' },
          ]}
        />
      </Chart>
      <Chart title="Success rate and panel budget" about="delivered of those due; calls used of a minute’s">
        <LineChart
          {...shared}
          {...axis}
          lineChartProps={QUIET}
          yAxisProps={{ width: 56, domain: [0, 1] }}
          valueFormatter={percent}
          series={[
            { name: 'successRate', label: 'Success rate', color: 'emerald.5' },
            { name: 'budgetUsed', label: 'Panel budget used', color: 'blue.5' },
          ]}
        />
      </Chart>
    </SimpleGrid>
  )
}

const Chart = ({ title, about, children }: { title: string; about: string; children: ReactNode }) => (
  <section className="card" aria-label={title}>
    <Title order={3}>{title}</Title>
    <Text size="sm" c="dimmed" mb="sm">
      {about}
    </Text>
    <div aria-hidden>{children}</div>
  </section>
)
