import { Alert, Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconMail } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { requestReset } from '../../api/accounts.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Page } from '../../ui/Page.tsx'
import { emailFault } from './fields.ts'

export function ForgottenPage() {
  const ask = useMutation({ mutationFn: requestReset })
  const form = useForm({ initialValues: { email: '' }, validate: { email: emailFault } })
  return (
    <Page title="Forgotten password" lead="We send you a link to set a new one." width="form">
      <form onSubmit={form.onSubmit(({ email }) => ask.mutate(email.trim()))} noValidate>
        <Stack className="card">
          <TextInput label="E-mail" type="email" autoComplete="email" size="md" {...form.getInputProps('email')} />
          {ask.isSuccess && (
            <Alert color="emerald" variant="light" icon={<IconMail aria-hidden />} title="Look into your mail" role="status">
              If there is an account with this e-mail, the link is on its way.
            </Alert>
          )}
          {ask.error && <FaultBox error={ask.error} title="The link could not be sent" />}
          <Button type="submit" size="md" loading={ask.isPending}>
            Send the link
          </Button>
        </Stack>
      </form>
    </Page>
  )
}
