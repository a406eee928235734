import { Alert, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { StatusView } from '../../../src/health/contract.ts'
import { statusQuery } from '../../api/shop.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { duration, plural } from '../../ui/format.ts'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { When } from '../../ui/When.tsx'
import { ShopNotice } from '../catalog/ShopNotice.tsx'
import { Figure } from './Figure.tsx'
import { HourBars } from './HourBars.tsx'

export function StatusPage() {
  const status = useQuery(statusQuery)
  return (
    <Page title="Status" lead="Measured from payment to a ready server, over the last 24 hours. Nothing here is written by hand.">
      {status.isPending && <Loading label="Loading the figures" heights={[80, 110, 200]} />}
      {status.isError && <FaultBox error={status.error} title="The figures could not be loaded" retry={status.refetch} />}
      {status.data && <Shown status={status.data} />}
    </Page>
  )
}

function Shown({ status }: { status: StatusView }) {
  const time = (seconds: number | null) => (seconds === null ? 'none yet' : duration(seconds))
  return (
    <Stack gap="lg">
      <div>
        <ShopNotice selling={status.selling} notice={status.notice} />
        <Incidents incidents={status.incidents} selling={status.selling} />
      </div>
      <SimpleGrid component="dl" m={0} cols={{ base: 2, md: 4 }} spacing="md">
        <Figure name="Median" value={time(status.medianSeconds)} note="half were faster" />
        <Figure name="95 of 100 within" value={time(status.p95Seconds)} note="95th percentile" />
        <Figure name="Delivered" value={String(status.delivered24h)} note="in 24 hours" />
        <Figure
          name="Being built"
          value={String(status.waiting)}
          note={status.oldestWaitingSeconds === null ? 'none waits' : `oldest paid ${duration(status.oldestWaitingSeconds)} ago`}
        />
      </SimpleGrid>
      <HourBars hours={status.hours} />
      <Text size="sm" c="dimmed">
        Measured <When at={status.measuredAt} />. {plural(status.delivered24h, 'delivery', 'deliveries')} counted.
      </Text>
    </Stack>
  )
}

function Incidents({ incidents, selling }: Pick<StatusView, 'incidents' | 'selling'>) {
  if (incidents.length === 0)
    return selling ? (
      <Alert color="emerald" variant="light" icon={<IconCircleCheck aria-hidden />} title="No open incidents" role="status" />
    ) : null
  return (
    <section aria-labelledby="incidents-title">
      <Title order={2} id="incidents-title" mb="sm">
        Open incidents
      </Title>
      <Stack gap="sm">
        {incidents.map((incident) => (
          <Alert
            key={incident.since + incident.title}
            color="yellow"
            variant="light"
            icon={<IconAlertTriangle aria-hidden />}
            title={incident.title}
          >
            <Text>{incident.text}</Text>
            <Text size="sm" mt={4}>
              Since <When at={incident.since} as="date" />
            </Text>
          </Alert>
        ))}
      </Stack>
    </section>
  )
}
