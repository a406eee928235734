import { Button, Title } from '@mantine/core'
import { IconArrowsExchange, IconCircleDot, IconNote } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OpsOrderDetail, TimelineEntry } from '../../../src/orders/contract.ts'
import { earlierQuery } from '../../api/operations.ts'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { When } from '../../ui/When.tsx'
import classes from './Ops.module.css'
import { callLine, inOrder, restOf, toneOf } from './timeline-line.ts'

const ICONS = { state: IconCircleDot, call: IconArrowsExchange, note: IconNote }

/** All that happened to an order, oldest first, with every call that was made for it. */
export function Timeline({ order }: { order: OpsOrderDetail }) {
  // What stood here when earlier entries were asked for: the order's own ones move on, and nothing may fall between.
  const [asked, setAsked] = useState<{ cursor: string; entries: TimelineEntry[] } | null>(null)
  const earlier = useInfiniteQuery({ ...earlierQuery(order.id, asked?.cursor ?? ''), enabled: asked !== null })
  const pages = earlier.data?.pages.flatMap((page) => page.items) ?? []
  const entries = inOrder([...pages, ...(asked?.entries ?? []), ...order.timeline])
  const { timelineCursor: cursor } = order
  return (
    <section className="card" aria-labelledby="timeline-title">
      <Title order={2} id="timeline-title" mb="sm">
        Timeline
      </Title>
      {cursor !== null && asked === null && (
        <Button variant="default" size="sm" onClick={() => setAsked({ cursor, entries: order.timeline })}>
          Show earlier
        </Button>
      )}
      {asked !== null && <ShowMore label="Show earlier" query={earlier} />}
      {entries.length === 0 && <p>Nothing has been recorded yet.</p>}
      <ol className={classes.timeline}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  )
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const Icon = ICONS[entry.kind]
  const line = callLine(entry)
  const rest = restOf(entry)
  return (
    <li className={classes.entry} data-tone={toneOf(entry)}>
      <Icon size={18} aria-label={entry.kind} role="img" />
      <div>
        <div>{entry.title}</div>
        {line && <span className={`${classes.sub} mono`}>{line}</span>}
        {rest && <span className={classes.sub}>{rest}</span>}
      </div>
      <When at={entry.at} as="second" />
    </li>
  )
}
