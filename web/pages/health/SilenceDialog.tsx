import { NativeSelect, Text } from '@mantine/core'
import { useState } from 'react'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'

const LENGTHS = [
  { value: '30', label: '30 minutes' },
  { value: '60', label: '1 hour' },
  { value: '240', label: '4 hours' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '1 week' },
]

type Props = {
  what: string
  pending: boolean
  error: Error | null
  onConfirm(ask: { minutes: number; reason: string }): void
  onClose(): void
}

export function SilenceDialog({ what, pending, error, onConfirm, onClose }: Props) {
  const [minutes, setMinutes] = useState('60')
  return (
    <ReasonDialog
      title="Silence it for a while?"
      verb="Silence"
      failed="It was not silenced"
      pending={pending}
      error={error}
      onClose={onClose}
      onConfirm={(reason) => onConfirm({ minutes: Number(minutes), reason })}
    >
      <Text>
        <strong>{what}</strong>: the channels are not told. It goes on showing here, and is told when the silence ends and it still fires.
      </Text>
      <NativeSelect label="For" data={LENGTHS} value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)} data-autofocus />
    </ReasonDialog>
  )
}
