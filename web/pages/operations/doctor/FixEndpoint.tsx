import { Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { WebhookFix } from '../../../../src/operations/doctor/contract.ts'
import { useFixWebhookEndpoint } from '../../../api/doctor.ts'
import { Copy } from '../../../ui/Copy.tsx'
import { ReasonDialog } from '../ReasonDialog.tsx'
import classes from './Doctor.module.css'

type Props = {
  asking: boolean
  onClose(): void
}

/** For administrators: the answer holds the new secret, this once. It stands by itself, since the verdict that led here is soon another. */
export function FixEndpoint({ asking, onClose }: Props) {
  const [told, setTold] = useState<WebhookFix | null>(null)
  const fix = useFixWebhookEndpoint()
  const go = (reason: string) =>
    fix.mutate(
      { reason },
      {
        onSuccess: (answer) => {
          onClose()
          setTold(answer)
        },
      },
    )
  return (
    <>
      {asking && (
        <ReasonDialog
          title="Replace the webhook endpoint?"
          verb="Go on"
          failed="Stripe was not changed"
          pending={fix.isPending}
          error={fix.error}
          onConfirm={go}
          onClose={onClose}
        >
          <Text size="sm">
            A new endpoint to this shop is made at Stripe, with our events and a secret of its own. The old one goes on until an event has
            come under the new secret; asked again then, this switches it off.
          </Text>
        </ReasonDialog>
      )}
      <Modal
        opened={told !== null}
        onClose={() => setTold(null)}
        centered
        title="The webhook endpoint"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">{told?.text}</Text>
          {told?.secret && (
            <Group gap="xs">
              <code className={`mono ${classes.command}`}>{told.secret}</code>
              <Copy value={told.secret} what="secret" />
            </Group>
          )}
        </Stack>
      </Modal>
    </>
  )
}
