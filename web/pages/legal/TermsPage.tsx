import { Title, Typography } from '@mantine/core'
import { Page } from '../../ui/Page.tsx'
import { SupportLink } from './SupportLink.tsx'

export function TermsPage() {
  return (
    <Page title="Terms" lead="Short, and meant as they stand." width="text">
      <Typography>
        <Title order={2}>What you buy</Title>
        <p>
          A game server of the plan you chose: its memory, disk and ports, in the region you chose, with an account on our game panel to run
          it. What the plan holds is what stood on its page when you paid.
        </p>
        <Title order={2}>Paying and renewing</Title>
        <p>
          You pay for a term in advance, through Stripe. The order renews by itself at the end of each term, at the price shown when you
          ordered, until it is ended.
        </p>
        <Title order={2}>How long it takes</Title>
        <p>
          We begin as soon as the payment is confirmed. How long servers take at the moment is measured and shown on the status page; it is
          a measurement, not a promise. When something is in the way, your order's page says what it is and when we look again.
        </p>
        <Title order={2}>If we cannot deliver</Title>
        <p>If your server cannot be delivered within a day, we end the order and you get your money back without asking.</p>
        <Title order={2}>Ending</Title>
        <p>
          To end an order, write to <SupportLink /> before its next renewal. When an order ends, its server is stopped and later deleted
          with its files: take your copies first.
        </p>
        <Title order={2}>What you may not do</Title>
        <p>
          Nothing unlawful, no attacks on others, no mining, no sending of bulk mail, nothing that takes more than your plan holds from
          those who share the machine. A server that does may be suspended; we tell you why.
        </p>
        <Title order={2}>The games</Title>
        <p>
          Games belong to their makers, who have terms of their own. Where a game needs your agreement to a licence, we ask for it before
          you pay. We are not connected with the makers.
        </p>
      </Typography>
    </Page>
  )
}
