import { Group, SegmentedControl, Stack } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { findingsQuery } from '../../api/operations.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { FindingCard } from './FindingCard.tsx'
import { Pager } from './Pager.tsx'

const route = getRouteApi('/ops/findings')

export function FindingsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const findings = useQuery(findingsQuery(search))
  return (
    <Page title="Findings" tab="Findings, operations" lead="Every difference between what should be and what is, with what to do about it.">
      <SegmentedControl
        aria-label="Show findings"
        mb="md"
        value={search.status}
        onChange={(value) => void navigate({ search: { status: value === 'resolved' ? 'resolved' : 'open' } })}
        data={[
          { value: 'open', label: 'Open' },
          { value: 'resolved', label: 'Resolved' },
        ]}
      />
      {findings.isPending && <Loading label="Loading the findings" heights={[120, 120]} />}
      {findings.isError && <FaultBox error={findings.error} title="The findings could not be loaded" retry={findings.refetch} />}
      {findings.data?.items.length === 0 && (
        <Empty icon={<IconChecks size={36} />} title={search.status === 'open' ? 'Nothing is open' : 'Nothing was resolved yet'}>
          {search.status === 'open' && 'Orders, Stripe and the panel agree, as far as they were last compared.'}
        </Empty>
      )}
      <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {findings.data?.items.map((finding) => (
          <li key={finding.id}>
            <FindingCard finding={finding} />
          </li>
        ))}
      </Stack>
      {findings.data && (
        <Group justify="flex-end" mt="md">
          <Pager cursor={search.cursor} nextCursor={findings.data.nextCursor} />
        </Group>
      )}
    </Page>
  )
}
