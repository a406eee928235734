import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { TextLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { Channels } from './Channels.tsx'
import { Deliveries } from './Deliveries.tsx'
import { Rules } from './Rules.tsx'

export function AlertSettingsPage() {
  const role = useQuery(meQuery).data?.user?.role
  return (
    <Page
      title="Rules and channels"
      tab="Rules and channels, operations"
      lead={
        <>
          When alerts fire, and who is told. What fires now is under{' '}
          <TextLink to={paths.opsAlerts} search={{ state: 'open' }} underline="always">
            Alerts
          </TextLink>
          . An administrator changes both.
        </>
      }
    >
      <Stack gap="xl">
        <Channels admin={role === 'admin'} />
        <Rules admin={role === 'admin'} operator={role === 'operator' || role === 'admin'} />
        <Deliveries />
      </Stack>
    </Page>
  )
}
