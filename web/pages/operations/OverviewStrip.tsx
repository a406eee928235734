import { useQuery } from '@tanstack/react-query'
import { overviewQuery } from '../../api/operations.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { ShopNotice } from '../catalog/ShopNotice.tsx'
import { Figure } from '../health/Figure.tsx'
import classes from './Ops.module.css'

/** What an operator must know on every page of the console. */
export function OverviewStrip() {
  const overview = useQuery(overviewQuery)
  if (overview.isPending) return <Loading label="Loading the overview" heights={[84]} />
  if (overview.isError) return <FaultBox error={overview.error} title="The overview could not be loaded" retry={overview.refetch} />
  const { stuck, error, unprovisioned, working, delivered24h, live, openFindings, webhooksWaiting, selling, notice } = overview.data
  const bad = (count: number) => (count > 0 ? ('bad' as const) : undefined)
  const warn = (count: number) => (count > 0 ? ('warn' as const) : undefined)
  return (
    <section aria-label="Overview">
      <ShopNotice selling={selling} notice={notice} />
      <dl className={classes.strip}>
        <Figure name="Error" note="stopped" value={String(error)} tone={bad(error)} />
        <Figure name="Stuck" note="too long" value={String(stuck)} tone={warn(stuck)} />
        <Figure name="No server" note="paid, none yet" value={String(unprovisioned)} />
        <Figure name="Working" note="in flight" value={String(working)} />
        <Figure name="24 h" note="delivered" value={String(delivered24h)} tone={delivered24h > 0 ? 'well' : undefined} />
        <Figure name="Live" note="have a server" value={String(live)} />
        <Figure name="Findings" note="open" value={String(openFindings)} tone={warn(openFindings)} />
        <Figure name="Webhooks" note="waiting" value={String(webhooksWaiting)} tone={warn(webhooksWaiting)} />
      </dl>
    </section>
  )
}
