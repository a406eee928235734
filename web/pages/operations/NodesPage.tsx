import { Button, Group, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconRefresh, IconServerOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { nodesQuery, useSyncNodes } from '../../api/operations.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { METER_PARTS } from './meter.ts'
import { NodeCard } from './NodeCard.tsx'
import classes from './Ops.module.css'

export function NodesPage() {
  const nodes = useInfiniteQuery(nodesQuery)
  const all = nodes.data?.pages.flatMap((page) => page.nodes)
  const sync = useSyncNodes()
  const ask = () =>
    sync.mutate(null, {
      onSuccess: () => notifications.show({ title: 'Synced', message: 'The nodes were read from the panel.', color: 'emerald' }),
    })
  return (
    <Page
      title="Nodes"
      tab="Nodes, operations"
      lead="What each node has, what is sold and held on it, and what may still be sold."
      actions={
        <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} loading={sync.isPending} onClick={ask}>
          Sync from panel
        </Button>
      }
    >
      {sync.error && <FaultBox error={sync.error} title="The panel could not be read" />}
      {nodes.isPending && <Loading label="Loading the nodes" heights={[170, 170]} />}
      {nodes.isError && !all && <FaultBox error={nodes.error} title="The nodes could not be loaded" retry={nodes.refetch} />}
      {all?.length === 0 && (
        <Empty icon={<IconServerOff size={36} />} title="No nodes known">
          Add nodes on the panel, then sync.
        </Empty>
      )}
      {all && all.length > 0 && (
        <>
          <Group mb="md" gap={0}>
            {METER_PARTS.map(({ key, label }) => (
              <span key={key} className={classes.key}>
                <span className={classes[key]} />
                {label}
              </span>
            ))}
          </Group>
          <Stack gap="md">
            {all.map((node) => (
              <NodeCard key={node.id} node={node} />
            ))}
          </Stack>
          <ShowMore label="Show more nodes" query={nodes} />
        </>
      )}
    </Page>
  )
}
