import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { ChannelView } from '../../../src/health/contract.ts'
import { asFault } from '../../api/fault.ts'
import { usePatchChannel, useRemoveChannel, useTestChannel } from '../../api/health.ts'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'

export function ChannelActions({ channel }: { channel: ChannelView }) {
  const { id, name, enabled } = channel
  const test = useTestChannel(id)
  const patch = usePatchChannel(id)
  const remove = useRemoveChannel(id)
  const [removing, setRemoving] = useState(false)
  const tell = (title: string, message: string, color: string) => notifications.show({ title, message, color })
  const failed = (error: unknown) => tell(name, asFault(error).message, 'red')
  const sendTest = () =>
    test.mutate(null, {
      onSuccess: ({ sent, error }) =>
        sent ? tell('Test sent', `${name} took it.`, 'emerald') : tell(`${name} did not take it`, error ?? '', 'red'),
      onError: failed,
    })
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" loading={test.isPending} onClick={sendTest} aria-label={`Send test to ${name}`}>
        Send test
      </Button>
      <Button
        variant="default"
        size="xs"
        loading={patch.isPending}
        onClick={() => patch.mutate({ enabled: !enabled }, { onError: failed })}
        aria-label={`Switch ${enabled ? 'off' : 'on'} ${name}`}
      >
        {enabled ? 'Switch off' : 'Switch on'}
      </Button>
      <Button variant="default" size="xs" onClick={() => setRemoving(true)} aria-label={`Remove ${name}`}>
        Remove
      </Button>
      {removing && (
        <ReasonDialog
          title="Remove this channel?"
          verb="Remove channel"
          failed="The channel was not removed"
          pending={remove.isPending}
          error={remove.error}
          onClose={() => setRemoving(false)}
          onConfirm={(reason) => remove.mutate(reason, { onSuccess: () => setRemoving(false) })}
        >
          <Text>
            <strong>{name}</strong> is told nothing more, and what waits for it is dropped. Its address and secret are gone with it.
          </Text>
        </ReasonDialog>
      )}
    </Group>
  )
}
