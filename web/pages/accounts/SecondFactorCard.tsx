import { Badge, Button, Group, Text, Title } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import type { Me } from '../../../src/accounts/contract.ts'
import { Loading } from '../../ui/Loading.tsx'

const SecondFactorSetup = lazy(() => import('./SecondFactorSetup.tsx').then((file) => ({ default: file.SecondFactorSetup })))

/** On the account page: whether the second factor is on, and how to turn it on. It is turned off by an administrator alone. */
export function SecondFactorCard({ user }: { user: NonNullable<Me['user']> }) {
  const [open, setOpen] = useState(false)
  const { enrolled } = user.secondFactor
  return (
    <section className="card" aria-labelledby="second-factor-title">
      <Group gap="sm" mb="sm">
        <Title order={2} id="second-factor-title">
          Second factor
        </Title>
        <Badge color={enrolled ? 'emerald' : 'gray'} variant="light" tt="none">
          {enrolled ? 'On' : 'Off'}
        </Badge>
      </Group>
      {open ? (
        <Suspense fallback={<Loading label="Loading" heights={[160]} />}>
          <SecondFactorSetup onDone={() => setOpen(false)} />
        </Suspense>
      ) : (
        <>
          <Text c="dimmed">
            {enrolled
              ? 'Signing in asks for a code of your authenticator app. Lost it? Ask support to reset it.'
              : 'A code of an app on your phone, beside the password: who steals the password alone does not get in.'}
          </Text>
          {!enrolled && (
            <Button variant="default" mt="md" onClick={() => setOpen(true)}>
              Set it up
            </Button>
          )}
        </>
      )}
    </section>
  )
}
