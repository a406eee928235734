import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useProveCode } from '../../api/second-factor.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

interface Props {
  verb: string
  failed: string
  /** A backup code will do as well: not while the app is only being set up. */
  backupToo: boolean
  onDone(): void
}

/** Six digits of the authenticator app, or one of the backup codes. */
export function CodeForm({ verb, failed, backupToo, onDone }: Props) {
  const [code, setCode] = useState('')
  const [backup, setBackup] = useState(false)
  const prove = useProveCode()
  const typed = backup ? code.trim() : code.replace(/\D/g, '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    prove.mutate({ code: typed, backup }, { onSuccess: onDone, onError: () => setCode('') })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={backup ? 'Backup code' : 'Code'}
          description={backup ? 'Each works once.' : 'Six digits; a new one every 30 seconds.'}
          size="md"
          classNames={{ input: 'mono' }}
          inputMode={backup ? 'text' : 'numeric'}
          autoComplete="one-time-code"
          maxLength={backup ? 20 : 10}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          data-autofocus
        />
        {prove.error && <FaultBox error={prove.error} title={failed} />}
        <Button type="submit" size="md" disabled={backup ? typed === '' : typed.length !== 6} loading={prove.isPending}>
          {verb}
        </Button>
        {backupToo && (
          <Text size="sm" c="dimmed">
            {backup ? 'Found the phone? ' : 'Without your phone? '}
            <Anchor component="button" type="button" size="sm" underline="always" onClick={() => setBackup(!backup)}>
              {backup ? 'Use the app' : 'Use a backup code'}
            </Anchor>
          </Text>
        )}
      </Stack>
    </form>
  )
}
