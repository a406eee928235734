import { NumberInput, Switch, Text } from '@mantine/core'
import { useState } from 'react'
import type { RuleView } from '../../../src/health/contract.ts'
import { usePatchRule } from '../../api/health.ts'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'

export function EditRule({ rule, onClose }: { rule: RuleView; onClose: () => void }) {
  const patch = usePatchRule(rule.id)
  const [threshold, setThreshold] = useState<number | string>(rule.threshold)
  const [forSeconds, setForSeconds] = useState<number | string>(rule.forSeconds)
  const [enabled, setEnabled] = useState(rule.enabled)
  const ready = typeof threshold === 'number' && typeof forSeconds === 'number'
  return (
    <ReasonDialog
      title={rule.title}
      verb="Save rule"
      failed="The rule was not changed"
      pending={patch.isPending}
      error={patch.error}
      ready={ready}
      onClose={onClose}
      onConfirm={(reason) =>
        patch.mutate({ threshold: Number(threshold), forSeconds: Number(forSeconds), enabled, reason }, { onSuccess: onClose })
      }
    >
      <Text size="sm" c="dimmed">
        Usually {rule.when === 'over' ? 'over' : 'from'} {rule.defaults.threshold} {rule.unit}.
      </Text>
      <NumberInput
        label="Threshold"
        description={rule.unit}
        min={0}
        max={1_000_000}
        value={threshold}
        onChange={setThreshold}
        data-autofocus
      />
      <NumberInput
        label="For so many seconds"
        description="0: at once"
        min={0}
        max={86_400}
        allowDecimal={false}
        value={forSeconds}
        onChange={setForSeconds}
      />
      <Switch label="Judge this rule" checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
    </ReasonDialog>
  )
}
