import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconBan } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OpsOrderDetail } from '../../../src/orders/contract.ts'
import { meQuery } from '../../api/accounts.ts'
import { useCancelOrder } from '../../api/operations.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

/** Ends an order; on one that has ended, refund and deletion can still be asked for. Nothing of it is ever taken back. */
export function CancelOrder({ order }: { order: OpsOrderDetail }) {
  const role = useQuery(meQuery).data?.user?.role
  const [opened, dialog] = useDisclosure(false)
  if (role !== 'operator' && role !== 'admin') return null
  return (
    <>
      <Button variant="default" leftSection={<IconBan size={16} aria-hidden />} onClick={dialog.open}>
        {order.status === 'canceled' ? 'Refund or delete' : 'Cancel'}
      </Button>
      {opened && <Dialog order={order} onClose={dialog.close} />}
    </>
  )
}

function Dialog({ order, onClose }: { order: OpsOrderDetail; onClose: () => void }) {
  const ended = order.status === 'canceled'
  const [reason, setReason] = useState('')
  const [refund, setRefund] = useState(false)
  const [deletion, setDeletion] = useState(false)
  const cancel = useCancelOrder(order.id)
  const asked = !ended || refund || deletion
  const go = () =>
    cancel.mutate(
      { reason: reason.trim(), refund, delete_server: deletion },
      {
        onSuccess: () => {
          onClose()
          notifications.show({ title: ended ? 'Asked' : 'Canceled', message: order.serverName, color: 'emerald' })
        },
      },
    )
  return (
    <Modal
      opened
      onClose={onClose}
      title={ended ? 'Refund or delete?' : 'Cancel this order?'}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text>
          <strong>{order.serverName}</strong> of {order.customerEmail}
          {ended ? ' has ended.' : ': its subscription ends now and its server is stopped at once. This cannot be taken back.'}
        </Text>
        <Checkbox
          label="Refund every payment of this order"
          checked={refund}
          onChange={(event) => setRefund(event.currentTarget.checked)}
          data-autofocus
        />
        <Checkbox
          label="Delete the server with its files"
          checked={deletion}
          onChange={(event) => setDeletion(event.currentTarget.checked)}
        />
        <TextInput
          label="Reason"
          description="At least 3 characters; kept in the audit. With a refund, the customer reads it."
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {cancel.error && <FaultBox error={cancel.error} title="The order was not canceled" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button color="red" disabled={!asked || reason.trim().length < 3} loading={cancel.isPending} onClick={go}>
            {ended ? 'Ask for it' : 'Cancel order'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
