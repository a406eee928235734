import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlertView } from '../../../src/health/contract.ts'
import { meQuery } from '../../api/accounts.ts'
import { asFault } from '../../api/fault.ts'
import { useAcknowledge, useSilenceAlert, useUnsilenceAlert } from '../../api/health.ts'
import { SilenceDialog } from './SilenceDialog.tsx'

const told = (error: unknown) => notifications.show({ title: 'That did not work', message: asFault(error).message, color: 'red' })

/** Acknowledging changes nothing but who is on it; a silence has a reason and an end. */
export function AlertActions({ alert }: { alert: AlertView }) {
  const role = useQuery(meQuery).data?.user?.role
  const acknowledge = useAcknowledge(alert.id)
  const silence = useSilenceAlert(alert.id)
  const unsilence = useUnsilenceAlert(alert.id)
  const [asking, setAsking] = useState(false)
  const operates = role === 'operator' || role === 'admin'
  return (
    <Group gap="xs">
      {!alert.acknowledgedAt && (
        <Button variant="default" size="xs" loading={acknowledge.isPending} onClick={() => acknowledge.mutate({}, { onError: told })}>
          I am on it
        </Button>
      )}
      {operates && !alert.silencedUntil && (
        <Button variant="default" size="xs" onClick={() => setAsking(true)}>
          Silence
        </Button>
      )}
      {operates && alert.silencedUntil && (
        <Button variant="default" size="xs" loading={unsilence.isPending} onClick={() => unsilence.mutate(null, { onError: told })}>
          End silence
        </Button>
      )}
      {asking && (
        <SilenceDialog
          what={`${alert.title} (${alert.subject})`}
          pending={silence.isPending}
          error={silence.error}
          onClose={() => setAsking(false)}
          onConfirm={(ask) => silence.mutate(ask, { onSuccess: () => setAsking(false) })}
        />
      )}
    </Group>
  )
}
