import { Button, Text, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconTool } from '@tabler/icons-react'
import type { VerdictView } from '../../../../src/operations/doctor/contract.ts'
import { paths } from '../../../paths.ts'
import { Copy } from '../../../ui/Copy.tsx'
import { ButtonLink } from '../../../ui/links.tsx'
import classes from './Doctor.module.css'

const SIGNS = {
  ok: { icon: IconCircleCheck, word: 'Well' },
  warning: { icon: IconAlertTriangle, word: 'To be looked at' },
  failed: { icon: IconCircleX, word: 'Failed' },
  skipped: { icon: IconCircleDashed, word: 'Not looked at' },
} as const

/** The console's own pages that a verdict may point at. */
const PAGES: Record<string, { to: '/ops/nodes' | '/ops/findings'; label: string }> = {
  [paths.opsNodes]: { to: paths.opsNodes, label: 'Nodes' },
  [paths.opsFindings]: { to: paths.opsFindings, label: 'Findings' },
}

type Props = {
  verdict: VerdictView
  /** Null for who may not. */
  onFixEndpoint: (() => void) | null
}

export function VerdictRow({ verdict: { state, title, found, remedy, fix }, onFixEndpoint }: Props) {
  const { icon: Icon, word } = SIGNS[state]
  const wanted = state === 'warning' || state === 'failed'
  const page = PAGES[fix?.page ?? '']
  return (
    <li className={classes.row} data-state={state} {...(wanted ? { 'data-wanted': true } : {})}>
      <Icon size={18} aria-hidden />
      <div>
        <Text fw={wanted ? 600 : 500} size="sm">
          <VisuallyHidden>{word}: </VisuallyHidden>
          {title}
        </Text>
        <div className={classes.found}>{found}</div>
        {remedy !== '' && <div className={classes.remedy}>{remedy}</div>}
        {wanted && fix && (
          <div className={classes.act}>
            {fix.command && (
              <>
                <code className={`mono ${classes.command}`}>{fix.command}</code>
                <Copy value={fix.command} what="command" />
              </>
            )}
            {page && (
              <ButtonLink to={page.to} variant="default" size="xs">
                {page.label}
              </ButtonLink>
            )}
            {onFixEndpoint && fix.command?.includes('--fix webhook-endpoint') && (
              <Button size="xs" leftSection={<IconTool size={14} aria-hidden />} onClick={onFixEndpoint}>
                New endpoint
              </Button>
            )}
          </div>
        )}
      </div>
    </li>
  )
}
