import { Badge, Group, Text, Title } from '@mantine/core'
import type { HealthView, HealthWindow } from '../../../src/health/contract.ts'
import { duration, plural } from '../../ui/format.ts'
import { When } from '../../ui/When.tsx'
import classes from '../operations/Ops.module.css'
import { percent } from './figures.ts'

const ENDPOINT: Record<HealthView['webhooks']['stripe']['endpoint'], { color: string; label: string }> = {
  enabled: { color: 'emerald', label: 'enabled' },
  disabled: { color: 'red', label: 'disabled' },
  missing: { color: 'red', label: 'there is none' },
  unknown: { color: 'gray', label: 'not known' },
}

/** Both ends of the line: what we answered and worked off, and what Stripe says it could not deliver. */
export function Webhooks({ webhooks, window }: { webhooks: HealthView['webhooks']; window: HealthWindow }) {
  const { answered, failed, waiting, failing, oldestWaitingSeconds, stripe } = webhooks
  const all = answered + failed
  const endpoint = ENDPOINT[stripe.endpoint]
  return (
    <section className="card" aria-labelledby="webhooks-title">
      <Group justify="space-between" mb="md">
        <Title order={2} id="webhooks-title">
          Webhooks
        </Title>
        <Badge color={endpoint.color} variant="light" tt="none">
          Endpoint: {endpoint.label}
        </Badge>
      </Group>
      <dl className={classes.facts}>
        <dt>Taken</dt>
        <dd>{all === 0 ? `none in the last ${window}` : `${percent(answered / all)} of ${plural(all, 'event')} in the last ${window}`}</dd>
        <dt>Answered 5xx</dt>
        <dd>{failed}</dd>
        <dt>In our inbox</dt>
        <dd>{waiting === 0 ? 'empty' : `${waiting} wait, the oldest for ${duration(oldestWaitingSeconds)}; ${failing} failed before`}</dd>
        <dt>Not delivered</dt>
        <dd>
          {stripe.undelivered === 0
            ? 'nothing, says Stripe'
            : `${plural(stripe.undelivered, 'event')}: ${stripe.undeliveredTypes.join(', ')}`}
          {stripe.undeliveredSince && (
            <>
              , the oldest <When at={stripe.undeliveredSince} />
            </>
          )}
        </dd>
      </dl>
      <Text size="sm" c="dimmed" mt="md">
        {stripe.askedAt ? (
          <>
            Stripe was asked <When at={stripe.askedAt} />
          </>
        ) : (
          'Stripe was not asked yet'
        )}
        {stripe.askError ? `: ${stripe.askError}` : '.'}
      </Text>
    </section>
  )
}
