import { Button, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { type Begun, useBeginSecondFactor } from '../../api/second-factor.ts'
import { Copy } from '../../ui/Copy.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { CodeForm } from './CodeForm.tsx'
import { QrCode } from './QrCode.tsx'

/** Sets up the authenticator app: the password once more, the QR code, the first code, and the backup codes, shown this once. */
export function SecondFactorSetup({ onDone }: { onDone?: () => void }) {
  const begin = useBeginSecondFactor()
  const [password, setPassword] = useState('')
  const [proved, setProved] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    begin.mutate(password)
  }
  if (begin.data) return <Scan begun={begin.data} proved={proved} onProved={() => setProved(true)} {...(onDone ? { onDone } : {})} />
  return (
    <form onSubmit={submit}>
      <Stack className="card">
        <Text>You need an authenticator app, such as the one your phone’s passwords are in. It takes a minute.</Text>
        <PasswordInput
          label="Your password, once more"
          autoComplete="current-password"
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {begin.error && <FaultBox error={begin.error} title="It could not be set up" />}
        <Button type="submit" size="md" disabled={password === ''} loading={begin.isPending}>
          Set up the second factor
        </Button>
      </Stack>
    </form>
  )
}

type ScanProps = { begun: Begun; proved: boolean; onProved: () => void; onDone?: () => void }

function Scan({ begun, proved, onProved, onDone }: ScanProps) {
  const secret = new URL(begun.totpURI).searchParams.get('secret') ?? ''
  if (proved) return <BackupCodes codes={begun.backupCodes} {...(onDone ? { onDone } : {})} />
  return (
    <Stack className="card">
      <Title order={2}>1. Scan this with the app</Title>
      <QrCode text={begun.totpURI} label="QR code for the authenticator app" />
      <Text size="sm" c="dimmed">
        Or type this key into it:
      </Text>
      <Text className="mono" data-setup-key>
        {secret.match(/.{1,4}/g)?.join(' ')}
      </Text>
      <Title order={2} mt="sm">
        2. Enter the code that it shows
      </Title>
      <CodeForm verb="Turn it on" failed="Not turned on yet" backupToo={false} onDone={onProved} />
    </Stack>
  )
}

function BackupCodes({ codes, onDone }: { codes: string[]; onDone?: () => void }) {
  return (
    <Stack className="card" role="status">
      <Title order={2}>It is on. Keep these backup codes</Title>
      <Text>Each signs you in once, should the phone be lost. They are shown this once.</Text>
      <Text className="mono" component="pre" m={0} data-backup-codes>
        {codes.join('\n')}
      </Text>
      <div>
        <Copy value={codes.join('\n')} what="backup codes" />
      </div>
      {onDone && <Button onClick={onDone}>I have kept them</Button>}
    </Stack>
  )
}
