import { Burger, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { meQuery, useSignOut } from '../api/accounts.ts'
import { paths } from '../paths.ts'
import classes from './Frame.module.css'
import { ButtonLink } from './links.tsx'
import { Name } from './Name.tsx'
import { SchemeToggle } from './SchemeToggle.tsx'

export function Header() {
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes
  useEffect(() => setOpen(false), [pathname])

  return (
    <header className={classes.header}>
      <div className={`${classes.inner} ${classes.bar}`}>
        <Link to={paths.home} className={classes.home} aria-label="GIVRWRLD Servers, home">
          <Name />
        </Link>
        <Burger
          className={classes.burger}
          opened={open}
          onClick={() => setOpen(!open)}
          size="sm"
          aria-label={open ? 'Close menu' : 'Open menu'}
          aria-expanded={open}
          aria-controls="site-menu"
        />
        <nav id="site-menu" className={classes.links} data-open={open || undefined} aria-label="Site">
          <Link to={paths.home} className={classes.link} activeOptions={{ exact: true }}>
            Games
          </Link>
          <Link to={paths.status} className={classes.link}>
            Status
          </Link>
          <AccountLinks />
          <SchemeToggle />
        </nav>
      </div>
    </header>
  )
}

function AccountLinks() {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const signOut = useSignOut()
  if (!me.data) return <span className={classes.push} />
  const { user } = me.data
  if (!user)
    return (
      <>
        <span className={classes.push} />
        <Link to={paths.signIn} className={classes.link}>
          Sign in
        </Link>
        <ButtonLink to={paths.signUp} size="sm">
          Create account
        </ButtonLink>
      </>
    )
  return (
    <>
      <Link to={paths.servers} className={classes.link}>
        My servers
      </Link>
      {user.role !== 'customer' && (
        <Link to={paths.ops} className={classes.link}>
          Operations
        </Link>
      )}
      <span className={classes.push} />
      <Link to={paths.account} className={classes.link}>
        Account
      </Link>
      <Button
        variant="default"
        size="sm"
        loading={signOut.isPending}
        onClick={() => signOut.mutate(undefined, { onSuccess: () => navigate({ to: paths.home }) })}
      >
        Sign out
      </Button>
    </>
  )
}
