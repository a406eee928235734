import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { SessionView } from '../../../src/accounts/contract.ts'
import { useEndSession } from '../../api/access.ts'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'
import { deviceOf } from './device.ts'

/** Ends one session of somebody of the staff. */
export function EndSession({ session, of }: { session: SessionView; of: string }) {
  const [asked, setAsked] = useState(false)
  const end = useEndSession(session.id)
  const close = () => setAsked(false)
  const device = deviceOf(session.userAgent)
  return (
    <>
      <Button variant="subtle" size="compact-xs" onClick={() => setAsked(true)} aria-label={`End ${device} of ${of}`}>
        End
      </Button>
      {asked && (
        <ReasonDialog
          title="End this session?"
          verb="End session"
          failed="The session goes on"
          pending={end.isPending}
          error={end.error}
          onConfirm={(reason) => end.mutate({ reason }, { onSuccess: close })}
          onClose={close}
        >
          <Text>
            <strong>{of}</strong> is signed out on {device}.
          </Text>
        </ReasonDialog>
      )}
    </>
  )
}
