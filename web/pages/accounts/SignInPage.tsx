import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useSignIn } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { TextLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { CodeForm } from './CodeForm.tsx'
import { emailFault, givenFault } from './fields.ts'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { next } = route.useSearch()
  const navigate = useNavigate()
  const signIn = useSignIn()
  const form = useForm({ initialValues: { email: '', password: '' }, validate: { email: emailFault, password: givenFault } })

  const goOn = () => navigate({ href: next ?? paths.servers })

  const submit = form.onSubmit(({ email, password }) =>
    signIn.mutate({ email: email.trim(), password }, { onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect ? undefined : goOn()) }),
  )
  if (signIn.data?.twoFactorRedirect)
    return (
      <Page title="Enter your code" lead="Of the authenticator app that you set up." width="form">
        <div className="card">
          <CodeForm verb="Sign in" failed="Not signed in" backupToo onDone={goOn} />
        </div>
        <Text mt="lg" c="dimmed">
          <Anchor component="button" type="button" underline="always" onClick={() => signIn.reset()}>
            Begin again
          </Anchor>
        </Text>
      </Page>
    )
  return (
    <Page title="Sign in" width="form">
      <form onSubmit={submit} noValidate>
        <Stack className="card">
          <TextInput label="E-mail" type="email" autoComplete="email" size="md" {...form.getInputProps('email')} />
          <PasswordInput label="Password" autoComplete="current-password" size="md" {...form.getInputProps('password')} />
          {signIn.error && <FaultBox error={signIn.error} title="Not signed in" />}
          <Button type="submit" size="md" loading={signIn.isPending}>
            Sign in
          </Button>
          <TextLink to={paths.forgotten} size="sm">
            Forgotten your password?
          </TextLink>
        </Stack>
      </form>
      <Text mt="lg" c="dimmed">
        New here?{' '}
        <TextLink to={paths.signUp} search={{ next }} underline="always">
          Create account
        </TextLink>
      </Text>
    </Page>
  )
}
