import { Title, Typography } from '@mantine/core'
import { Page } from '../../ui/Page.tsx'
import { SupportLink } from './SupportLink.tsx'

export function PrivacyPage() {
  return (
    <Page title="Privacy" lead="What we keep about you, why, and who else sees it." width="text">
      <Typography>
        <Title order={2}>What we keep</Title>
        <ul>
          <li>Your name and e-mail, and your password as a hash that cannot be read back.</li>
          <li>Your orders, the state of your servers, and a record of what was done to them, by whom and when.</li>
          <li>The addresses you sign in from, to protect your account and the shop.</li>
        </ul>
        <Title order={2}>Who else sees it</Title>
        <ul>
          <li>Stripe takes your payment. Your card never passes through us. It learns your e-mail and what you bought.</li>
          <li>Our game panel learns your name and e-mail, to make your account there.</li>
        </ul>
        <p>Nobody else. Nothing is sold.</p>
        <Title order={2}>In your browser</Title>
        <p>
          One cookie keeps you signed in, and the colours you chose are remembered. There are no trackers, and no fonts or scripts from
          elsewhere.
        </p>
        <Title order={2}>Your say</Title>
        <p>
          Write to <SupportLink /> to see what we hold, to correct it, or to have it deleted. What the law tells us to keep about payments
          we keep as long as it says.
        </p>
      </Typography>
    </Page>
  )
}
