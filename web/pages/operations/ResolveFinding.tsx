import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { FindingView } from '../../../src/findings/contract.ts'
import { useResolveFinding } from '../../api/operations.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

export function ResolveFinding({ finding }: { finding: FindingView }) {
  const [opened, dialog] = useDisclosure(false)
  const [reason, setReason] = useState('')
  const resolve = useResolveFinding(finding.id)
  const go = () =>
    resolve.mutate(
      { reason: reason.trim() },
      {
        onSuccess: () => {
          dialog.close()
          notifications.show({ title: 'Resolved', message: finding.summary, color: 'emerald' })
        },
      },
    )
  return (
    <>
      <Button variant="default" size="xs" onClick={dialog.open}>
        Resolve
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Resolve this finding?" centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text>{finding.summary}</Text>
          <TextInput
            label="What was done"
            description="At least 3 characters; kept with the finding. If it is seen again, it opens again."
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          {resolve.error && <FaultBox error={resolve.error} title="The finding was not resolved" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              Not now
            </Button>
            <Button disabled={reason.trim().length < 3} loading={resolve.isPending} onClick={go}>
              Resolve finding
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
