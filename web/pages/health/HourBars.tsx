import { Group, Text, Title, VisuallyHidden } from '@mantine/core'
import type { StatusView } from '../../../src/health/contract.ts'
import { duration, plural } from '../../ui/format.ts'
import { When } from '../../ui/When.tsx'
import classes from './Health.module.css'

type Hour = StatusView['hours'][number]

const clock = (at: string) => new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(new Date(at))
const said = (hour: Hour) =>
  `${clock(hour.from)}: ${hour.medianSeconds === null ? 'none delivered' : `${plural(hour.delivered, 'server')}, median ${duration(hour.medianSeconds)}`}`

/** The last 24 hours: the taller a bar, the longer that hour's median. */
export function HourBars({ hours }: { hours: Hour[] }) {
  const longest = Math.max(1, ...hours.map((hour) => hour.medianSeconds ?? 0))
  const first = hours[0]
  return (
    <section className="card" aria-labelledby="hours-title">
      <Group justify="space-between" align="baseline" mb="md">
        <Title order={2} id="hours-title">
          Hour by hour
        </Title>
        <Text size="sm" c="dimmed">
          Median of each hour; the tallest is {duration(longest)}
        </Text>
      </Group>
      <ol className={classes.bars}>
        {hours.map((hour) => (
          <li key={hour.from} className={classes.hour} title={said(hour)} data-none={hour.medianSeconds === null || undefined}>
            <VisuallyHidden>{said(hour)}</VisuallyHidden>
            <span className={classes.bar} style={{ height: `${((hour.medianSeconds ?? 0) / longest) * 100}%` }} />
          </li>
        ))}
      </ol>
      {first && (
        <div className={classes.axis}>
          <When at={first.from} as="date" />
          <span>now</span>
        </div>
      )}
    </section>
  )
}
