import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { Me } from '../../../src/accounts/contract.ts'
import { useSignOut } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { Page } from '../../ui/Page.tsx'
import { SecondFactorSetup } from './SecondFactorSetup.tsx'

/** In place of the console, for staff who owe the second factor: to set it up, or to sign in again with it. */
export function SecondFactorDue({ user, onDone }: { user: NonNullable<Me['user']>; onDone: () => void }) {
  const signOut = useSignOut()
  const navigate = useNavigate()
  if (user.secondFactor.due && user.secondFactor.enrolled)
    return (
      <Page title="Sign in with your code" lead="This session began without your second factor." width="form">
        <Button
          loading={signOut.isPending}
          onClick={() => signOut.mutate(undefined, { onSuccess: () => navigate({ to: paths.signIn, search: { next: paths.ops } }) })}
        >
          Sign in again
        </Button>
      </Page>
    )
  return (
    <Page title="Set up your second factor" lead="The console opens for staff with an authenticator app only." width="form">
      <SecondFactorSetup onDone={onDone} />
    </Page>
  )
}
