import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { FaultBox } from '../../ui/FaultBox.tsx'

interface Props {
  title: string
  /** Names the thing, and says what happens to it. */
  children: ReactNode
  /** What the button does: "Revoke key". */
  verb: string
  failed: string
  pending: boolean
  error: Error | null
  /** More fields are filled in rightly. */
  ready?: boolean
  onConfirm(reason: string): void
  onClose(): void
}

/** Asks again before what cannot simply be taken back, and for the reason, which is kept in the audit. */
export function ReasonDialog({ title, children, verb, failed, pending, error, ready = true, onConfirm, onClose }: Props) {
  const [reason, setReason] = useState('')
  return (
    <Modal opened onClose={onClose} centered title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onConfirm(reason.trim())
        }}
      >
        <Stack>
          {children}
          <TextInput
            label="Reason"
            description="At least 3 characters; kept in the audit."
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {error && <FaultBox error={error} title={failed} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" disabled={!ready || reason.trim().length < 3} loading={pending}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
