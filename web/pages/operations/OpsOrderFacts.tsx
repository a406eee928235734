import { Title } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import type { OpsOrderDetail } from '../../../src/orders/contract.ts'
import { money, TERM_NAMES } from '../../ui/format.ts'
import { When } from '../../ui/When.tsx'
import classes from './Ops.module.css'

const instant = (at: string | null) => (at === null ? null : <When at={at} as="second" />)
const mono = (text: string | null) => (text === null ? null : <span className="mono">{text}</span>)

export function OpsOrderFacts({ order }: { order: OpsOrderDetail }) {
  const { stripe, reservation } = order
  return (
    <aside className="card" aria-label="Order facts">
      <Facts
        title="Order"
        facts={[
          ['Customer', order.customerEmail],
          ['Plan', `${order.planName} (${order.planId})`],
          ['Price', `${money(order.amountCents, order.currency)}, ${TERM_NAMES[order.term].toLowerCase()}`],
          ['Region', order.region],
          ['Paid', instant(order.createdAt)],
          ['Recorded', instant(order.recordedAt)],
          ['Status since', instant(order.updatedAt)],
          ['Attempts', String(order.attempts)],
          ['Next look', instant(order.nextCheckAt)],
          ['Delivered', instant(order.deliveredAt)],
          ['First running', instant(order.firstRunningAt)],
          ['Suspended', order.suspended ? 'yes' : 'no'],
        ]}
      />
      <Facts
        title="Server"
        facts={[
          ['Identifier', mono(order.pterodactylServerIdentifier)],
          ['Node', order.node],
          ['Holds', reservation && `${reservation.ramMb} MiB memory, ${reservation.diskMb} MiB disk`],
          [
            'Ports',
            reservation &&
              Object.entries(reservation.ports)
                .map(([use, port]) => `${use} ${port}`)
                .join(', '),
          ],
        ]}
      />
      <Facts
        title="Stripe"
        facts={[
          ['Payment', stripe.paymentStatus],
          ['Session', mono(stripe.sessionId)],
          ['Subscription', mono(stripe.subscriptionId)],
          ['Customer', mono(stripe.customerId)],
        ]}
      />
    </aside>
  )
}

function Facts({ title, facts }: { title: string; facts: [name: string, value: ReactNode][] }) {
  return (
    <section style={{ marginBottom: '1.25rem' }}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value === null || value === '' ? 'none' : value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  )
}
