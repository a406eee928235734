import { Group, SegmentedControl, Stack } from '@mantine/core'
import { IconBellCheck, IconSettings } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ALERT_STATES } from '../../../src/health/contract.ts'
import { alertsQuery } from '../../api/health.ts'
import { paths } from '../../paths.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { ButtonLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { oneOf } from '../../ui/search.ts'
import { Pager } from '../operations/Pager.tsx'
import { AlertCard } from './AlertCard.tsx'

const route = getRouteApi('/ops/alerts')
const NONE = { open: 'Nothing fires', resolved: 'Nothing is over yet', all: 'Nothing has fired yet' }

export function AlertsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const alerts = useQuery(alertsQuery(search))
  return (
    <Page
      title="Alerts"
      tab="Alerts, operations"
      lead="What fires now, and what did. Critical ones go to the channels at once, warnings into the daily summary."
      actions={
        <ButtonLink to={paths.opsAlertSettings} variant="default" leftSection={<IconSettings size={16} aria-hidden />}>
          Rules and channels
        </ButtonLink>
      }
    >
      <SegmentedControl
        aria-label="Show alerts"
        mb="md"
        value={search.state}
        onChange={(value) => void navigate({ search: { state: oneOf(ALERT_STATES, value) ?? 'open' } })}
        data={[
          { value: 'open', label: 'Firing' },
          { value: 'resolved', label: 'Over' },
          { value: 'all', label: 'All' },
        ]}
      />
      {alerts.isPending && <Loading label="Loading the alerts" heights={[140, 140]} />}
      {alerts.isError && <FaultBox error={alerts.error} title="The alerts could not be loaded" retry={alerts.refetch} />}
      {alerts.data?.items.length === 0 && (
        <Empty icon={<IconBellCheck size={36} />} title={NONE[search.state]}>
          {search.state === 'open' && 'Every rule is judged several times a minute.'}
        </Empty>
      )}
      <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {alerts.data?.items.map((alert) => (
          <li key={alert.id}>
            <AlertCard alert={alert} />
          </li>
        ))}
      </Stack>
      {alerts.data && (
        <Group justify="flex-end" mt="md">
          <Pager cursor={search.cursor} nextCursor={alerts.data.nextCursor} />
        </Group>
      )}
    </Page>
  )
}
