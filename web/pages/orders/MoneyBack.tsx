import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { OrderView } from '../../../src/orders/contract.ts'
import { useMoneyBack } from '../../api/customers.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { When } from '../../ui/When.tsx'

/** The promise of the first 48 hours, kept by pressing a button. */
export function MoneyBack({ order }: { order: OrderView }) {
  const [opened, dialog] = useDisclosure(false)
  const back = useMoneyBack(order.id)
  if (!order.moneyBackUntil) return null
  return (
    <section className="card" aria-label="Refund">
      <Group justify="space-between">
        <Text size="sm">
          Not happy? All your money back until <When at={order.moneyBackUntil} />.
        </Text>
        <Button variant="default" size="sm" onClick={dialog.open}>
          Full refund
        </Button>
      </Group>
      <Modal opened={opened} onClose={dialog.close} title="End this server and get all your money back?" centered>
        <Stack>
          <Text>
            <strong>{order.serverName}</strong> is stopped at once and deleted with its files in 7 days. Your subscription ends now.
          </Text>
          {back.error && <FaultBox error={back.error} title="Nothing was done" />}
          {back.data && <Text role="status">It is being done; you get a mail.</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              {back.data ? 'Close' : 'Keep it'}
            </Button>
            {!back.data && (
              <Button color="red" loading={back.isPending} onClick={() => back.mutate()}>
                End it and refund
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </section>
  )
}
