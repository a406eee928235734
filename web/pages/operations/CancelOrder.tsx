import { Button, Group, List, Modal, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconBan } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OpsOrderRow } from '../../../src/orders/contract.ts'
import { meQuery } from '../../api/accounts.ts'
import { useEndOrder } from '../../api/customers.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

type Order = Pick<OpsOrderRow, 'id' | 'status' | 'serverName' | 'customerEmail'>

/** Ends an order step by step; on one that has ended, refund and deletion can still be asked for. */
export function CancelOrder({ order }: { order: Order }) {
  const role = useQuery(meQuery).data?.user?.role
  const [opened, dialog] = useDisclosure(false)
  if (role !== 'operator' && role !== 'admin') return null
  return (
    <>
      <Button variant="default" leftSection={<IconBan size={16} aria-hidden />} onClick={dialog.open}>
        {order.status === 'canceled' ? 'Refund or delete' : 'Cancel or refund'}
      </Button>
      {opened && <Dialog order={order} onClose={dialog.close} />}
    </>
  )
}

const WHEN = [
  { value: 'period_end', label: 'With its period' },
  { value: 'now', label: 'Now' },
]
const REFUND = [
  { value: 'none', label: 'No refund' },
  { value: 'part', label: 'A part' },
  { value: 'full', label: 'All of it' },
]
const SERVER = [
  { value: 'keep', label: 'Keep' },
  { value: 'later', label: 'Delete after 7 days' },
  { value: 'now', label: 'Delete at once' },
]

/** Asks, shows exactly what will happen, and only then does it. */
function Dialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const ended = order.status === 'canceled'
  const [when, setWhen] = useState(ended ? 'now' : 'period_end')
  const [refund, setRefund] = useState('none')
  const [amount, setAmount] = useState<string | number>('')
  const [server, setServer] = useState('later')
  const [reason, setReason] = useState('')
  const end = useEndOrder(order.id)
  const cents = Math.round(Number(amount) * 100)
  const ready = reason.trim().length >= 3 && (refund !== 'part' || cents >= 1)
  const preview = end.data?.dryRun ? end.data.will : null
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      end.reset()
      set(value)
    }
  const go = (dryRun: boolean) =>
    end.mutate(
      {
        when: when === 'now' ? 'now' : 'period_end',
        refund: refund === 'part' ? { kind: 'part', cents } : { kind: refund === 'full' ? 'full' : 'none' },
        server: server === 'later' ? { kind: 'later', days: 7 } : { kind: server === 'now' ? 'now' : 'keep' },
        reason: reason.trim(),
        dry_run: dryRun,
      },
      {
        onSuccess: () => {
          if (dryRun) return
          onClose()
          notifications.show({ title: 'It is being done', message: order.serverName, color: 'emerald' })
        },
      },
    )
  return (
    <Modal
      opened
      onClose={onClose}
      title={ended ? 'Refund or delete?' : 'Cancel or refund?'}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text>
          <strong>{order.serverName}</strong> of {order.customerEmail}
        </Text>
        {!ended && <SegmentedControl aria-label="When it ends" data={WHEN} value={when} onChange={changed(setWhen)} />}
        <SegmentedControl aria-label="Refund" data={REFUND} value={refund} onChange={changed(setRefund)} />
        {refund === 'part' && (
          <NumberInput label="Amount" decimalScale={2} min={0.01} value={amount} onChange={changed(setAmount)} hideControls />
        )}
        <SegmentedControl aria-label="The server" data={SERVER} value={server} onChange={changed(setServer)} />
        <TextInput
          label="Reason"
          description="At least 3 characters; kept in the audit. With a refund, the customer reads it."
          value={reason}
          maxLength={500}
          onChange={(event) => changed(setReason)(event.currentTarget.value)}
        />
        {preview && (
          <section aria-label="What will happen">
            <Text fw={600}>What will happen</Text>
            <List size="sm">
              {preview.map((line) => (
                <List.Item key={line}>{line}</List.Item>
              ))}
            </List>
          </section>
        )}
        {end.error && <FaultBox error={end.error} title="Nothing was done" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          {preview ? (
            <Button color="red" loading={end.isPending} onClick={() => go(false)}>
              Do it
            </Button>
          ) : (
            <Button disabled={!ready} loading={end.isPending} onClick={() => go(true)}>
              Show what will happen
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}
