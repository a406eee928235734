import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { resetPassword } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { ButtonLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { newPasswordFault } from './fields.ts'

const route = getRouteApi('/reset-password')

export function ResetPage() {
  const { token, error } = route.useSearch()
  const reset = useMutation({ mutationFn: resetPassword })
  const form = useForm({ initialValues: { newPassword: '' }, validate: { newPassword: newPasswordFault } })

  if (!token || error)
    return (
      <Page title="This link no longer works" lead="It is used up or too old. Ask for a new one." width="form">
        <ButtonLink to={paths.forgotten}>Send a new link</ButtonLink>
      </Page>
    )
  if (reset.isSuccess)
    return (
      <Page title="Your password is set" width="form">
        <ButtonLink to={paths.signIn}>Sign in</ButtonLink>
      </Page>
    )
  return (
    <Page title="Set a new password" width="form">
      <form onSubmit={form.onSubmit(({ newPassword }) => reset.mutate({ newPassword, token }))} noValidate>
        <Stack className="card">
          <PasswordInput
            label="New password"
            description="At least 8 characters."
            autoComplete="new-password"
            size="md"
            {...form.getInputProps('newPassword')}
          />
          {reset.error && <FaultBox error={reset.error} title="The password was not changed" />}
          <Button type="submit" size="md" loading={reset.isPending}>
            Set the password
          </Button>
          <Alert color="gray" variant="light">
            <Text size="sm">This is the password of the shop. The game panel has its own; set that on the panel.</Text>
          </Alert>
        </Stack>
      </form>
    </Page>
  )
}
