import { Text } from '@mantine/core'
import { IconBroadcast } from '@tabler/icons-react'
import { useState } from 'react'
import { useLogTail } from '../../../api/logs.ts'
import { Empty } from '../../../ui/Empty.tsx'
import { plural } from '../../../ui/format.ts'
import { LogLines } from './LogLines.tsx'
import classes from './Logs.module.css'
import type { LogsSearch } from './log-search.ts'

/** While somebody reads, the list stands still: under the mouse, with the keyboard in it, or with a line opened. */
export function LiveLog({ search: { fn, level, order, customer, request, text } }: { search: LogsSearch }) {
  const [inside, setInside] = useState(false)
  const [opened, setOpened] = useState(0)
  const held = inside || opened > 0
  const { lines, waiting, connected, gap } = useLogTail({ fn, level, order, customer, request, text }, held)
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs" role="status" className={classes.state} data-on={connected || undefined}>
        {connected ? 'Live' : 'Connecting'}
        {held && `, held while you read${waiting > 0 ? `: ${plural(waiting, 'new line')}` : ''}`}
        {gap && '. More was said than is shown: narrow it down.'}
      </Text>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only notices that somebody reads */}
      <div
        onMouseEnter={() => setInside(true)}
        onMouseLeave={() => setInside(false)}
        onFocus={() => setInside(true)}
        onBlur={() => setInside(false)}
      >
        {lines.length === 0 ? (
          <Empty icon={<IconBroadcast size={36} />} title="Nothing was said yet">
            Lines show here about a second after they are written.
          </Empty>
        ) : (
          <LogLines lines={lines} onOpened={(open) => setOpened((count) => Math.max(0, count + (open ? 1 : -1)))} />
        )}
      </div>
    </>
  )
}
