import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { CustomerView } from '../../../src/customers/contract.ts'
import { customerQuery, useWriteNote } from '../../api/customers.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { money } from '../../ui/format.ts'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { When } from '../../ui/When.tsx'
import { CancelOrder } from '../operations/CancelOrder.tsx'
import { StatusBadge } from '../operations/StatusBadge.tsx'

const route = getRouteApi('/ops/customers/$userId')

export function CustomerPage() {
  const { userId } = route.useParams()
  const customer = useQuery(customerQuery(userId))
  if (customer.data) return <Shown customer={customer.data} />
  if (customer.isPending) return <Loading label="Loading the customer" heights={[60, 200, 200]} />
  return (
    <Page title="Customer" width="text">
      <FaultBox error={customer.error} title="The customer could not be loaded" retry={customer.refetch} />
    </Page>
  )
}

function Shown({ customer }: { customer: CustomerView }) {
  const { panel } = customer
  return (
    <Page title={customer.email} tab={`${customer.email}, customer`} lead={customer.name}>
      <Stack gap="lg">
        <Text>
          Panel account: {panel ? `${panel.username} (${panel.pterodactylUserId})` : 'none yet'} · Stripe:{' '}
          {customer.stripeCustomerId ?? 'not yet'}
        </Text>
        <Title order={2}>Orders</Title>
        {customer.items.map((order) => (
          <Group key={order.id} className="card" justify="space-between">
            <Link to={paths.opsOrder} params={{ orderId: order.id }}>
              {order.serverName}
            </Link>
            <StatusBadge status={order.status} />
            <CancelOrder order={order} />
          </Group>
        ))}
        <Title order={2}>Payments</Title>
        {customer.payments.map((one) => (
          <Text key={one.id}>
            <When at={one.paidAt} />: {money(one.amountCents, one.currency)}
            {one.refundedCents > 0 && `, ${money(one.refundedCents, one.currency)} given back`}
          </Text>
        ))}
        <Title order={2}>Mails</Title>
        {customer.mails.map((one) => (
          <Text key={one.id}>
            <When at={one.at} />: {one.template.replaceAll('_', ' ')}, {one.status}
          </Text>
        ))}
        <Notes customer={customer} />
      </Stack>
    </Page>
  )
}

function Notes({ customer }: { customer: CustomerView }) {
  const [text, setText] = useState('')
  const write = useWriteNote(customer.id)
  return (
    <>
      <Title order={2}>Notes</Title>
      {customer.notes.map((one) => (
        <Text key={one.id} style={{ whiteSpace: 'pre-wrap' }}>
          <When at={one.at} />: {one.body}
        </Text>
      ))}
      <Textarea label="A note for staff" autosize minRows={2} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {write.error && <FaultBox error={write.error} title="The note was not kept" />}
      <Group>
        <Button
          disabled={text.trim() === ''}
          loading={write.isPending}
          onClick={() => write.mutate(text, { onSuccess: () => setText('') })}
        >
          Keep the note
        </Button>
      </Group>
    </>
  )
}
