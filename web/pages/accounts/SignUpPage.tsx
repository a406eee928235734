import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { meQuery, useSignUp } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { TextLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { emailFault, givenFault, newPasswordFault } from './fields.ts'
import { VerifyNotice } from './VerifyNotice.tsx'

const route = getRouteApi('/sign-up')

export function SignUpPage() {
  const { next } = route.useSearch()
  const navigate = useNavigate()
  const client = useQueryClient()
  const signUp = useSignUp()
  const [mailed, setMailed] = useState<string | null>(null)
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: { name: givenFault, email: emailFault, password: newPasswordFault },
  })

  const submit = form.onSubmit(({ name, email, password }) => {
    const ask = { name: name.trim(), email: email.trim(), password }
    signUp.mutate(next ? { ...ask, next } : ask, {
      onSuccess: () => {
        // Signed in at once, or only after the link in the mail: the shop decides, `me` tells.
        if (client.getQueryData(meQuery.queryKey)?.user) void navigate({ href: next ?? paths.account })
        else setMailed(ask.email)
      },
    })
  })

  if (mailed)
    return (
      <Page title="Look into your mail" width="form">
        <VerifyNotice email={mailed} {...(next ? { next } : {})} />
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
