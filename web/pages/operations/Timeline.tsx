import { Title } from '@mantine/core'
import { IconArrowsExchange, IconCircleDot, IconNote } from '@tabler/icons-react'
import type { TimelineEntry } from '../../../src/orders/contract.ts'
import { When } from '../../ui/When.tsx'
import classes from './Ops.module.css'
import { callLine, restOf, toneOf } from './timeline-line.ts'

const ICONS = { state: IconCircleDot, call: IconArrowsExchange, note: IconNote }

/** All that happened to an order, oldest first, with every call that was made for it. */
export function Timeline({ entries }: { entries: TimelineEntry[] }) {
  return (
    <section className="card" aria-labelledby="timeline-title">
      <Title order={2} id="timeline-title" mb="sm">
        Timeline
      </Title>
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
