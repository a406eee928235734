import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSignUp } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { ButtonLink, TextLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { emailFault, givenFault, newPasswordFault } from './fields.ts'

const route = getRouteApi('/sign-up')

export function SignUpPage() {
  const { next } = route.useSearch()
  const navigate = useNavigate()
  const signUp = useSignUp()
  const [mailed, setMailed] = useState<string | null>(null)
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: { name: givenFault, email: emailFault, password: newPasswordFault },
  })

  const submit = form.onSubmit(({ name, email, password }) => {
    const ask = { name: name.trim(), email: email.trim(), password }
    signUp.mutate(next ? { ...ask, next } : ask, {
      onSuccess: (signedIn) => (signedIn ? void navigate({ href: next ?? paths.account }) : setMailed(ask.email)),
    })
  })

  if (mailed)
    return (
      <Page title="Look into your mail" lead={`What to do next is in the mail we sent to ${mailed}.`} width="form">
        <Text mb="md">If you had an account with this e-mail before, sign in with its password.</Text>
        <ButtonLink to={paths.signIn} search={{ next }}>
          Sign in
        </ButtonLink>
      </Page>
    )
  return (
    <Page title="Create account" lead="One account for orders, servers and the game panel." width="form">
      <form onSubmit={submit} noValidate>
        <Stack className="card">
          <TextInput label="Name" autoComplete="name" size="md" {...form.getInputProps('name')} />
          <TextInput
            label="E-mail"
            type="email"
            description="Your order's news and the panel's mails go here."
            autoComplete="email"
            size="md"
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label="Password"
            description="At least 8 characters."
            autoComplete="new-password"
            size="md"
            {...form.getInputProps('password')}
          />
          {signUp.error && <FaultBox error={signUp.error} title="The account was not created" />}
          <Button type="submit" size="md" loading={signUp.isPending}>
            Create account
          </Button>
        </Stack>
      </form>
      <Text mt="lg" c="dimmed">
        Have one already?{' '}
        <TextLink to={paths.signIn} search={{ next }} underline="always">
          Sign in
        </TextLink>
      </Text>
    </Page>
  )
}
