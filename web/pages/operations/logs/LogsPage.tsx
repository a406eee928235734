import { Button, Group, Switch, Text } from '@mantine/core'
import { IconRefresh, IconTerminal2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { logsQuery } from '../../../api/logs.ts'
import { Empty } from '../../../ui/Empty.tsx'
import { FaultBox } from '../../../ui/FaultBox.tsx'
import { Loading } from '../../../ui/Loading.tsx'
import { Page } from '../../../ui/Page.tsx'
import { When } from '../../../ui/When.tsx'
import { Pager } from '../Pager.tsx'
import { LiveLog } from './LiveLog.tsx'
import { LogFilters } from './LogFilters.tsx'
import { LogLines } from './LogLines.tsx'
import type { LogsSearch } from './log-search.ts'

const route = getRouteApi('/ops/logs')

export function LogsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { live } = search
  return (
    <Page
      title="Logs"
      tab="Logs, operations"
      lead="What functions, jobs and calls to panel and Stripe said."
      actions={
        <Switch
          label="Live"
          checked={live === '1'}
          onChange={(event) =>
            void navigate({ search: { ...search, live: event.currentTarget.checked ? '1' : undefined, cursor: undefined } })
          }
        />
      }
    >
      <LogFilters search={search} />
      {live === '1' ? <LiveLog search={search} /> : <FoundLog search={search} />}
    </Page>
  )
}

function FoundLog({ search: { live: _, ...search } }: { search: LogsSearch }) {
  const logs = useQuery(logsQuery(search))
  if (logs.isPending) return <Loading label="Loading the log" heights={[34, 34, 34, 34, 34, 34]} />
  if (logs.isError) return <FaultBox error={logs.error} title="The log could not be searched" retry={logs.refetch} />
  const { items, nextCursor, lookedBackTo } = logs.data
  return (
    <>
      {items.length === 0 ? (
        <Empty icon={<IconTerminal2 size={36} />} title={lookedBackTo ? 'Nothing found so far' : 'No line matches'}>
          {!lookedBackTo && 'Loosen the filters, or look further back.'}
        </Empty>
      ) : (
        <LogLines lines={items} stale={logs.isPlaceholderData} />
      )}
      <Group justify="space-between" mt="md">
        <Group gap="sm">
          <Button variant="default" size="sm" leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => void logs.refetch()}>
            Refresh
          </Button>
          <Text size="sm" c="dimmed">
            {lookedBackTo ? (
              <>
                Looked back to <When at={lookedBackTo} as="second" />; the next page goes on from there.
              </>
            ) : (
              <>
                Loaded <When at={new Date(logs.dataUpdatedAt).toISOString()} />
              </>
            )}
          </Text>
        </Group>
        <Pager cursor={search.cursor} nextCursor={nextCursor} />
      </Group>
    </>
  )
}
