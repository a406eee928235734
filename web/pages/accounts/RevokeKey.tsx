import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { KeyView } from '../../../src/accounts/contract.ts'
import { useRevokeKey } from '../../api/access.ts'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'

export function RevokeKey({ apiKey }: { apiKey: KeyView }) {
  const [asked, setAsked] = useState(false)
  const revoke = useRevokeKey(apiKey.id)
  const close = () => setAsked(false)
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setAsked(true)} aria-label={`Revoke ${apiKey.name}`}>
        Revoke
      </Button>
      {asked && (
        <ReasonDialog
          title="Revoke this key?"
          verb="Revoke key"
          failed="The key was not revoked"
          pending={revoke.isPending}
          error={revoke.error}
          onConfirm={(reason) => revoke.mutate({ reason }, { onSuccess: close })}
          onClose={close}
        >
          <Text>
            <strong>{apiKey.name}</strong> (<span className="mono">{apiKey.shown}</span>) stops working at once, for whoever uses it. This
            cannot be taken back.
          </Text>
        </ReasonDialog>
      )}
    </>
  )
}
