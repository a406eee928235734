import { Button, Group, Text } from '@mantine/core'
import type { OrderView } from '../../../src/orders/contract.ts'
import { useCancelCheckout } from '../../api/orders.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { money } from '../../ui/format.ts'
import { ButtonLink } from '../../ui/links.tsx'

/** An unpaid checkout: go on paying, or let it go. An ended one: choose again. */
export function CheckoutBox({ order, state }: { order: OrderView; state: 'unpaid' | 'expired' }) {
  const cancel = useCancelCheckout(order.id)
  if (state === 'expired')
    return (
      <div className="card">
        <Text mb="md">You can order the same server again, if there is still room for it.</Text>
        <ButtonLink
          to={paths.game}
          params={{ gameId: order.gameId }}
          search={{ plan: order.planId, term: order.term, region: order.region, name: order.serverName }}
        >
          Choose again
        </ButtonLink>
      </div>
    )
  return (
    <div className="card">
      <Text mb="md">
        {money(order.amountCents, order.currency)} is due. The pay page is Stripe's, and it closes by itself when it is left unpaid.
      </Text>
      <Group>
        {order.payUrl && (
          <Button component="a" href={order.payUrl}>
            Resume payment
          </Button>
        )}
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel checkout
        </Button>
      </Group>
      {cancel.error && (
        <div style={{ marginTop: '1rem' }}>
          <FaultBox error={cancel.error} title="The checkout could not be canceled" />
        </div>
      )}
    </div>
  )
}
