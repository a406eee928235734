import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { NodeView } from '../../../src/fleet/contract.ts'
import { usePatchNode } from '../../api/operations.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

type Deed = 'toggle' | 'headroom'

/** Changes of a node: each asks for its reason, which is kept in the audit. */
export function NodeActions({ node }: { node: NodeView }) {
  const [deed, setDeed] = useState<Deed | null>(null)
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" onClick={() => setDeed('headroom')} aria-label={`Headroom of ${node.name}`}>
        Headroom
      </Button>
      <Button
        variant="default"
        size="xs"
        onClick={() => setDeed('toggle')}
        aria-label={`${node.enabled ? 'Disable' : 'Enable'} ${node.name}`}
      >
        {node.enabled ? 'Disable' : 'Enable'}
      </Button>
      {deed && <Dialog node={node} deed={deed} onClose={() => setDeed(null)} />}
    </Group>
  )
}

type DialogProps = { node: NodeView; deed: Deed; onClose: () => void }

function Dialog({ node, deed, onClose }: DialogProps) {
  const patch = usePatchNode(node.id)
  const [reason, setReason] = useState('')
  const [headroom, setHeadroom] = useState<number | string>(node.reservedHeadroomGb)
  const verb = node.enabled ? 'Disable' : 'Enable'
  const change = deed === 'toggle' ? { enabled: !node.enabled } : { reservedHeadroomGb: Number(headroom) }
  const ready = reason.trim().length >= 3 && (deed === 'toggle' || typeof headroom === 'number')
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      title={deed === 'toggle' ? `${verb} ${node.name}?` : `Headroom of ${node.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        {deed === 'toggle' ? (
          <Text>
            {node.enabled
              ? 'Nothing new is placed on it. Servers that run there go on; orders still waiting for it move within the region.'
              : 'New orders may be placed on it again.'}
          </Text>
        ) : (
          <NumberInput label="Memory kept free, in GB" min={0} max={100_000} value={headroom} onChange={setHeadroom} data-autofocus />
        )}
        <TextInput
          label="Reason"
          description="At least 3 characters; kept in the audit."
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {patch.error && <FaultBox error={patch.error} title="The node was not changed" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            disabled={!ready}
            loading={patch.isPending}
            onClick={() => patch.mutate({ ...change, reason: reason.trim() }, { onSuccess: onClose })}
          >
            {deed === 'toggle' ? `${verb} node` : 'Save headroom'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
