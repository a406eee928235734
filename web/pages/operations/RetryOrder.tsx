import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { OpsOrderDetail } from '../../../src/orders/contract.ts'
import { useRetryOrder } from '../../api/operations.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

/** Safe at any time: the order is looked at afresh, and a server that exists already is not made twice. */
export function RetryOrder({ order }: { order: OpsOrderDetail }) {
  const [opened, dialog] = useDisclosure(false)
  const [reason, setReason] = useState('')
  const retry = useRetryOrder(order.id)
  if (!order.canRetry) return null
  const go = () =>
    retry.mutate(reason.trim() === '' ? {} : { reason: reason.trim() }, {
      onSuccess: () => {
        dialog.close()
        setReason('')
        notifications.show({ title: 'Retry asked', message: `${order.serverName} is tried again now.`, color: 'emerald' })
      },
    })
  return (
    <>
      <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={dialog.open}>
        Retry
      </Button>
      <Modal opened={opened} onClose={dialog.close} title="Retry this order?" centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text>
            <strong>{order.serverName}</strong> of {order.customerEmail} is looked at afresh and tried again now. If its server exists
            already, it is taken, not made twice.
          </Text>
          <TextInput
            label="Reason"
            description="Optional; kept with the order."
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          {retry.error && <FaultBox error={retry.error} title="The retry was refused" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              Not now
            </Button>
            <Button onClick={go} loading={retry.isPending}>
              Retry order
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
