import { Progress, Text, Title } from '@mantine/core'
import type { HealthView } from '../../../src/health/contract.ts'
import classes from '../operations/Ops.module.css'
import { percent } from './figures.ts'

/** The promise, what was kept of it, and how many orders may still be late. */
export function ServiceLevel({ slo }: { slo: HealthView['slo'] }) {
  const left = slo.budgetLeft
  const tone = left < 0 ? 'red' : left < 0.25 ? 'yellow' : 'emerald'
  const minutes = slo.seconds / 60
  return (
    <section className="card" aria-labelledby="slo-title">
      <Title order={2} id="slo-title">
        Service level
      </Title>
      <Text c="dimmed" size="sm" mt={4} mb="md">
        {percent(slo.target)} of paid orders have their server within {minutes} minutes, over {slo.days} days.
      </Text>
      <dl className={classes.facts}>
        <dt>Kept</dt>
        <dd>{slo.compliance === null ? 'no orders yet' : `${percent(slo.compliance)} of ${slo.orders.toLocaleString('en-US')} orders`}</dd>
        <dt>Late</dt>
        <dd>
          {slo.late} of {Math.floor(slo.allowed)} that may be
        </dd>
        <dt>Error budget</dt>
        <dd>{left < 0 ? `overspent: ${percent(-left)} more than there was` : `${percent(left)} left`}</dd>
      </dl>
      <Progress
        mt="md"
        value={Math.max(0, Math.min(100, left * 100))}
        color={tone}
        size="lg"
        aria-label={`Error budget left: ${percent(Math.max(0, left))}`}
      />
    </section>
  )
}
