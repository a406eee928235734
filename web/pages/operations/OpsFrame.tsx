import '@mantine/notifications/styles.css'
import { Notifications } from '@mantine/notifications'
import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconBell,
  IconHistory,
  IconKey,
  IconListDetails,
  IconServer,
  IconStethoscope,
  IconTerminal2,
  IconUser,
  IconUsers,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { meQuery } from '../../api/accounts.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { ButtonLink } from '../../ui/links.tsx'
import { Page } from '../../ui/Page.tsx'
import { SecondFactorDue } from '../accounts/SecondFactorDue.tsx'
import { SignInFirst } from '../accounts/SignInFirst.tsx'
import classes from './Ops.module.css'
import { OverviewStrip } from './OverviewStrip.tsx'

/** The console's rooms, in the order an operator goes through them. */
const ROOMS = [
  { to: paths.opsHealth, label: 'Health', icon: IconActivityHeartbeat },
  { to: paths.opsAlerts, label: 'Alerts', icon: IconBell },
  { to: paths.opsOrders, label: 'Orders', icon: IconListDetails },
  { to: paths.opsCustomers, label: 'Customers', icon: IconUser },
  { to: paths.opsNodes, label: 'Nodes', icon: IconServer },
  { to: paths.opsFindings, label: 'Findings', icon: IconAlertTriangle },
  { to: paths.opsDoctor, label: 'Doctor', icon: IconStethoscope },
  { to: paths.opsAudit, label: 'Audit', icon: IconHistory },
  { to: paths.opsLogs, label: 'Logs', icon: IconTerminal2 },
  { to: paths.opsStaff, label: 'Staff', icon: IconUsers, adminOnly: true },
  { to: paths.opsKeys, label: 'API keys', icon: IconKey, adminOnly: true },
] as const

export function OpsFrame() {
  const me = useQuery(meQuery)
  const [owed, setOwed] = useState(false)
  if (me.isPending) return <Loading label="Loading the console" heights={[60, 400]} />
  if (me.isError)
    return (
      <Page title="Operations" width="text">
        <FaultBox error={me.error} retry={me.refetch} />
      </Page>
    )
  const { user } = me.data
  if (!user) return <SignInFirst title="Operations" why="The console is for staff. Sign in with a staff account." />
  if (user.role === 'customer')
    return (
      <Page title="For staff only" lead={`${user.email} is a customer's account. An administrator can give it a role.`} width="text">
        <ButtonLink to={paths.servers}>My servers</ButtonLink>
      </Page>
    )
  // It stays when nothing is due any more: the backup codes are shown then.
  if (user.secondFactor.due && !owed) setOwed(true)
  if (owed || user.secondFactor.due) return <SecondFactorDue user={user} onDone={() => setOwed(false)} />
  const rooms = ROOMS.filter((room) => !('adminOnly' in room) || user.role === 'admin')
  return (
    <div className={classes.frame}>
      <Notifications position="bottom-right" />
      <nav className={classes.side} aria-label="Operations">
        {rooms.map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} className={classes.room} activeOptions={{ includeSearch: false }}>
            <Icon size={18} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <div className={classes.body}>
        <OverviewStrip />
        <Outlet />
      </div>
    </div>
  )
}
