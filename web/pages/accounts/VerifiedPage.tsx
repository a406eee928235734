import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { meQuery } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { ButtonLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { VerifyNotice } from './VerifyNotice.tsx'

const route = getRouteApi('/verified')

/** Where the link in the verification mail lands: well, or with `?error=`. */
export function VerifiedPage() {
  const { error, next } = route.useSearch()
  const me = useQuery(meQuery)
  const client = useQueryClient()
  useEffect(() => void client.invalidateQueries({ queryKey: meQuery.queryKey }), [client])
  const user = me.data?.user

  if (error && !user?.emailVerified)
    return (
      <Page title="This link did not work" lead="It is used up or too old." width="form">
        {user ? (
          <VerifyNotice email={user.email} {...(next ? { next } : {})} />
        ) : (
          <ButtonLink to={paths.signIn} search={{ next }}>
            Sign in to get a new link
          </ButtonLink>
        )}
      </Page>
    )
  return (
    <Page title="Your e-mail is verified" lead="You can order servers now." width="form">
      {next ? (
        <ButtonLink href={next} to={next}>
          Back to your choice
        </ButtonLink>
      ) : (
        <ButtonLink to={paths.home}>See the games</ButtonLink>
      )}
    </Page>
  )
}
