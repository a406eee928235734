import { Badge, Group, Text, Title } from '@mantine/core'
import type { NodeView } from '../../../src/fleet/contract.ts'
import { gb } from '../../ui/format.ts'
import { When } from '../../ui/When.tsx'
import { meterOf } from './meter.ts'
import { NodeActions } from './NodeActions.tsx'
import classes from './Ops.module.css'

function stateOf(node: NodeView): { label: string; color: string } {
  if (node.gone) return { label: 'gone from the panel', color: 'red' }
  if (!node.enabled) return { label: 'disabled', color: 'gray' }
  if (node.maintenance) return { label: 'maintenance', color: 'yellow' }
  return { label: 'enabled', color: 'emerald' }
}

export function NodeCard({ node }: { node: NodeView }) {
  const state = stateOf(node)
  const parts = meterOf(node)
  const said = parts.map(({ label, gb: amount }) => `${label} ${gb(amount)}`).join(', ')
  return (
    <section className="card" aria-label={`Node ${node.name}`}>
      <Group justify="space-between" mb="sm">
        <Group gap="sm">
          <Title order={2}>{node.name}</Title>
          <Badge color={state.color} variant="light" tt="none">
            {state.label}
          </Badge>
          <Text size="sm" c="dimmed">
            {node.region ?? 'no region: sells nothing'}
          </Text>
        </Group>
        {!node.gone && <NodeActions node={node} />}
      </Group>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="sm">
          <strong>{gb(node.availableRamGb)}</strong> of {gb(node.maxRamGb)} memory free to sell
        </Text>
        <Text size="sm" c="dimmed">
          {said}
        </Text>
      </Group>
      <div className={classes.meter} role="img" aria-label={`Memory of ${gb(node.maxRamGb)}: ${said}`}>
        {parts.map(({ key, percent }) => (
          <span key={key} className={classes[key]} style={{ width: `${percent}%` }} />
        ))}
      </div>
      <Text size="sm" c="dimmed" mt="sm">
        {gb(node.availableDiskGb)} of {gb(node.maxDiskGb)} disk free · {node.freeAllocations} of {node.totalAllocations} ports free · synced{' '}
        {node.syncedAt ? <When at={node.syncedAt} /> : 'never'}
      </Text>
    </section>
  )
}
