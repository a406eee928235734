import { Badge, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../../api/accounts.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { PanelAccountCard } from './PanelAccountCard.tsx'
import { SecondFactorCard } from './SecondFactorCard.tsx'
import { SessionsCard } from './SessionsCard.tsx'
import { SignInFirst } from './SignInFirst.tsx'
import { VerifyNotice } from './VerifyNotice.tsx'

export function AccountPage() {
  const me = useQuery(meQuery)
  const user = me.data?.user
  if (me.data && !user) return <SignInFirst title="Account" why="Sign in to see your account." />
  return (
    <Page title="Account" width="text">
      {me.isPending && <Loading label="Loading your account" heights={[120, 160]} />}
      {me.isError && <FaultBox error={me.error} title="Your account could not be loaded" retry={me.refetch} />}
      {user && (
        <Stack gap="lg">
          <section className="card" aria-labelledby="you-title">
            <Title order={2} id="you-title" mb="sm">
              {user.name}
            </Title>
            <Group gap="sm">
              <Text>{user.email}</Text>
              <Badge color={user.emailVerified ? 'emerald' : 'yellow'} variant="light" tt="none">
                {user.emailVerified ? 'Verified' : 'Not verified'}
              </Badge>
              {user.role !== 'customer' && (
                <Badge color="blue" variant="light" tt="none">
                  {user.role}
                </Badge>
              )}
            </Group>
          </section>
          {!user.emailVerified && <VerifyNotice email={user.email} />}
          <PanelAccountCard user={user} />
          <SecondFactorCard user={user} />
          <SessionsCard />
        </Stack>
      )}
    </Page>
  )
}
