import { Badge, Group, Text, Title } from '@mantine/core'
import type { AlertView } from '../../../src/health/contract.ts'
import { paths } from '../../paths.ts'
import { duration } from '../../ui/format.ts'
import { TextLink } from '../../ui/links.tsx'
import { When } from '../../ui/When.tsx'
import { AlertActions } from './AlertActions.tsx'
import { subjectName } from './figures.ts'

const COLORS: Record<AlertView['severity'], string> = { critical: 'red', warning: 'yellow' }
const rounded = (value: number) => Number(value.toFixed(1)).toLocaleString('en-US')

export function AlertCard({ alert }: { alert: AlertView }) {
  const { evidence, resolvedAt, silencedUntil } = alert
  const orders = ordersIn(evidence)
  return (
    <section className="card" aria-label={alert.title}>
      <Group justify="space-between" align="flex-start" mb="xs" gap="xs">
        <Group gap="sm">
          <Badge color={resolvedAt ? 'gray' : COLORS[alert.severity]} variant="light" tt="none">
            {alert.severity}
          </Badge>
          <span className="mono">{alert.rule}</span>
          {silencedUntil && (
            <Badge color="blue" variant="light" tt="none">
              silent, ends <When at={silencedUntil} />
            </Badge>
          )}
        </Group>
        {!resolvedAt && <AlertActions alert={alert} />}
      </Group>
      <Title order={2} fz="1.1rem">
        {alert.title}
      </Title>
      <Text mt={4}>{alert.summary}</Text>
      {!resolvedAt && (
        <Text mt={4} c="dimmed">
          {alert.remedy}
        </Text>
      )}
      {orders.length > 0 && (
        <Text size="sm" mt="sm" component="div">
          {orders.map((id, place) => (
            <span key={id}>
              {place > 0 && ' · '}
              <TextLink to={paths.opsOrder} params={{ orderId: id }} underline="always" size="sm" className="mono">
                {id.slice(0, 8)}
              </TextLink>
            </span>
          ))}
        </Text>
      )}
      <Text size="sm" c="dimmed" mt="sm" component="div">
        {subjectName(alert.subject)}
        {alert.threshold > 0 && ` · ${rounded(alert.value)} ${alert.unit} (threshold ${rounded(alert.threshold)})`} · since{' '}
        <When at={alert.firedAt} as="date" />
        {resolvedAt ? (
          <>, for {duration((Date.parse(resolvedAt) - Date.parse(alert.firedAt)) / 1_000)}</>
        ) : (
          <>
            , last seen <When at={alert.lastSeenAt} />
          </>
        )}
        {alert.acknowledgedAt && (
          <>
            {' · '}
            {alert.acknowledgedBy} is on it{alert.note && `: ${alert.note}`}
          </>
        )}
      </Text>
    </section>
  )
}

/** Orders that the evidence names, however it names them. */
function ordersIn(evidence: AlertView['evidence']): string[] {
  const list = Array.isArray(evidence['orders']) ? (evidence['orders'] as { order?: unknown }[]) : []
  return list.flatMap(({ order }) => (typeof order === 'string' ? [order] : [])).slice(0, 12)
}
