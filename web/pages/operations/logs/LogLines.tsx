import { Badge } from '@mantine/core'
import { useState } from 'react'
import type { LogLevel, LogLineView } from '../../../../src/operations/contract.ts'
import { When } from '../../../ui/When.tsx'
import { LogFacts } from './LogFacts.tsx'
import classes from './Logs.module.css'

const COLORS: Record<LogLevel, string> = { debug: 'gray', info: 'blue', warn: 'yellow', error: 'red', fatal: 'red' }

type Props = { lines: LogLineView[]; stale?: boolean; onOpened?: (open: boolean) => void }

export const LogLines = ({ lines, stale, onOpened }: Props) => (
  <ol className={classes.lines} aria-label="Lines of the log" data-stale={stale || undefined}>
    {lines.map((line) => (
      <Line key={line.id} line={line} {...(onOpened ? { onOpened } : {})} />
    ))}
  </ol>
)

/** One line; opened, it shows everything it carries. */
function Line({ line, onOpened }: { line: LogLineView; onOpened?: (open: boolean) => void }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <details
        onToggle={(event) => {
          const now = event.currentTarget.open
          if (now !== open) onOpened?.(now)
          setOpen(now)
        }}
      >
        <summary className={classes.line}>
          <When at={line.at} as="second" />
          <Badge color={COLORS[line.level]} variant="light" tt="none" size="sm">
            {line.level}
          </Badge>
          <span className={`mono ${classes.fn}`}>{line.fn}</span>
          <span className={classes.message}>{line.message}</span>
        </summary>
        {open && <LogFacts line={line} />}
      </details>
    </li>
  )
}
