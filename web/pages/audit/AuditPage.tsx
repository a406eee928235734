import { Group } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { auditQuery } from '../../api/access.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import classes from '../operations/Ops.module.css'
import { Pager } from '../operations/Pager.tsx'
import { AuditFilters } from './AuditFilters.tsx'
import { AuditTable } from './AuditTable.tsx'

const route = getRouteApi('/ops/audit')

export function AuditPage() {
  const search = route.useSearch()
  const deeds = useQuery(auditQuery(search))
  return (
    <Page title="Audit" tab="Audit, operations" lead="Who did what, to what, and why. Written with the deed itself, and never changed.">
      <AuditFilters key={JSON.stringify(search)} search={search} />
      {deeds.isPending && <Loading label="Loading the audit" heights={[48, 48, 48, 48]} />}
      {deeds.isError && <FaultBox error={deeds.error} title="The audit could not be loaded" retry={deeds.refetch} />}
      {deeds.data?.items.length === 0 && (
        <Empty icon={<IconHistory size={36} />} title="No deed matches">
          Names are whole: an e-mail, an order’s id, a deed such as orders.cancel, or a room such as orders.
        </Empty>
      )}
      {deeds.data && deeds.data.items.length > 0 && (
        <div className={`card ${classes.sheet}`} data-stale={deeds.isPlaceholderData || undefined}>
          <AuditTable deeds={deeds.data.items} />
        </div>
      )}
      {deeds.data && (
        <Group justify="flex-end" mt="md">
          <Pager cursor={search.cursor} nextCursor={deeds.data.nextCursor} />
        </Group>
      )}
    </Page>
  )
}
