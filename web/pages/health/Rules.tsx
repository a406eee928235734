import { Badge, Button, Group, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RuleView } from '../../../src/health/contract.ts'
import { rulesQuery, useSilenceRule, useUnsilenceRule } from '../../api/health.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { duration } from '../../ui/format.ts'
import { Loading } from '../../ui/Loading.tsx'
import { When } from '../../ui/When.tsx'
import { Cell } from '../operations/Cell.tsx'
import classes from '../operations/Ops.module.css'
import { EditRule } from './EditRule.tsx'
import { SilenceDialog } from './SilenceDialog.tsx'

type May = { admin: boolean; operator: boolean }

export function Rules(may: May) {
  const rules = useQuery(rulesQuery)
  return (
    <section aria-labelledby="rules-title">
      <Title order={2} id="rules-title" mb="sm">
        Rules
      </Title>
      {rules.isPending && <Loading label="Loading the rules" heights={[300]} />}
      {rules.isError && <FaultBox error={rules.error} title="The rules could not be loaded" retry={rules.refetch} />}
      {rules.data && (
        <div className={`card ${classes.sheet}`}>
          <table className={classes.table} aria-label="Rules">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Severity</th>
                <th scope="col">Fires</th>
                <th scope="col">State</th>
                <th scope="col">Change</th>
              </tr>
            </thead>
            <tbody>
              {rules.data.rules.map((rule) => (
                <Row key={rule.id} rule={rule} {...may} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

const changed = (rule: RuleView) => rule.threshold !== rule.defaults.threshold || rule.forSeconds !== rule.defaults.forSeconds

function Row({ rule, admin, operator }: { rule: RuleView } & May) {
  const [dialog, setDialog] = useState<'edit' | 'silence' | null>(null)
  const silence = useSilenceRule(rule.id)
  const unsilence = useUnsilenceRule(rule.id)
  const whole = rule.silences.find((one) => one.subject === '')
  const close = () => setDialog(null)
  return (
    <tr>
      <Cell label="Rule">
        {rule.title}
        <span className={`${classes.sub} mono`}>{rule.id}</span>
      </Cell>
      <Cell label="Severity">
        <Badge color={rule.severity === 'critical' ? 'red' : 'yellow'} variant="light" tt="none">
          {rule.severity}
        </Badge>
      </Cell>
      <Cell label="Fires">
        {rule.threshold === 0 && rule.when === 'at_least'
          ? 'at once'
          : `${rule.when === 'over' ? 'over' : 'from'} ${rule.threshold} ${rule.unit}`}
        {rule.forSeconds > 0 && `, for ${duration(rule.forSeconds)}`}
        {changed(rule) && <span className={classes.sub}>usually {rule.defaults.threshold}</span>}
      </Cell>
      <Cell label="State">
        {!rule.enabled && 'off'}
        {rule.enabled && whole && (
          <>
            silent, ends <When at={whole.until} />
          </>
        )}
        {rule.enabled && !whole && 'on'}
      </Cell>
      <Cell label="Change">
        <Group gap="xs" wrap="nowrap">
          {admin && (
            <Button variant="default" size="xs" aria-label={`Edit ${rule.title}`} onClick={() => setDialog('edit')}>
              Edit
            </Button>
          )}
          {operator && !whole && (
            <Button variant="default" size="xs" aria-label={`Silence ${rule.title}`} onClick={() => setDialog('silence')}>
              Silence
            </Button>
          )}
          {operator && whole && (
            <Button
              variant="default"
              size="xs"
              aria-label={`End silence of ${rule.title}`}
              loading={unsilence.isPending}
              onClick={() => unsilence.mutate(null)}
            >
              End silence
            </Button>
          )}
        </Group>
        {dialog === 'edit' && <EditRule rule={rule} onClose={close} />}
        {dialog === 'silence' && (
          <SilenceDialog
            what={rule.title}
            pending={silence.isPending}
            error={silence.error}
            onClose={close}
            onConfirm={(ask) => silence.mutate(ask, { onSuccess: close })}
          />
        )}
      </Cell>
    </tr>
  )
}
