import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { FailureView } from '../../../src/kit/contract.ts'
import { When } from '../../ui/When.tsx'

type Props = { failure: FailureView; nextCheckAt: string | null }

const STOPS = ['invalid', 'conflict', 'missing', 'bug']

/** Why the order stands where it stands, and what mends it. */
export function FailureBox({ failure, nextCheckAt }: Props) {
  return (
    <Alert
      color={STOPS.includes(failure.kind) ? 'red' : 'yellow'}
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={failure.cause}
      role="region"
    >
      <Text>{failure.next}</Text>
      {failure.field && (
        <Text mt="xs">
          Field: <span className="mono">{failure.field}</span>
        </Text>
      )}
      <Text size="sm" mt="xs">
        <span className="mono">{failure.code}</span> ({failure.kind}), <When at={failure.at} />
        {nextCheckAt && (
          <>
            . Next look: <When at={nextCheckAt} />
          </>
        )}
      </Text>
    </Alert>
  )
}
