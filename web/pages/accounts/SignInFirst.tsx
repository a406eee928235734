import { Group } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { paths } from '../../paths.ts'
import { ButtonLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'

/** A page that is somebody's own, asked for by a stranger: the way in, and back here. */
export function SignInFirst({ title, why }: { title: string; why: string }) {
  const { href } = useLocation()
  return (
    <Page title={title} lead={why} width="text">
      <Group>
        <ButtonLink to={paths.signIn} search={{ next: href }}>
          Sign in
        </ButtonLink>
        <ButtonLink to={paths.signUp} search={{ next: href }} variant="default">
          Create account
        </ButtonLink>
      </Group>
    </Page>
  )
}
