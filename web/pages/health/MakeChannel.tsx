import { Button, Checkbox, Group, Modal, NativeSelect, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ChannelView } from '../../../src/health/contract.ts'
import { useMakeChannel } from '../../api/health.ts'
import { Copy } from '../../ui/Copy.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'

type Kind = ChannelView['kind']
const KINDS: { value: Kind; label: string }[] = [
  { value: 'discord', label: 'Discord' },
  { value: 'slack', label: 'Slack' },
  { value: 'email', label: 'E-mail' },
  { value: 'webhook', label: 'Webhook, signed' },
]
const WHERE: Record<Kind, string> = {
  discord: 'In Discord: channel settings, Integrations, Webhooks, Copy URL.',
  slack: 'In Slack: an app with an incoming webhook, its address.',
  email: 'One address, or several with commas between them.',
  webhook: 'Gets JSON, signed as standardwebhooks.com says. The secret is shown when the channel is made.',
}

export function MakeChannel({ onClose }: { onClose: () => void }) {
  const make = useMakeChannel()
  const [kind, setKind] = useState<Kind>('discord')
  const [name, setName] = useState('')
  const [target, setTarget] = useState('')
  const [alerts, setAlerts] = useState(true)
  const [digest, setDigest] = useState(true)
  const secret = make.data?.secret ?? null
  const go = () => {
    const common = { name: name.trim(), alerts, digest }
    const to = target
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
    const body = kind === 'email' ? { kind, to, ...common } : { kind, url: target.trim(), ...common }
    make.mutate(body, { onSuccess: (made) => made.secret ?? onClose() })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      centered
      title={secret ? 'The signing secret' : 'New channel'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {secret ? (
        <Stack>
          <Text>Your receiver checks with it that a message is ours. It is shown this once.</Text>
          <Group gap="xs" wrap="nowrap">
            <span className="mono">{secret}</span>
            <Copy value={secret} what="signing secret" />
          </Group>
          <Group justify="flex-end">
            <Button onClick={onClose}>I have kept it</Button>
          </Group>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            go()
          }}
        >
          <Stack>
            <NativeSelect label="Kind" data={KINDS} value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)} />
            <TextInput label="Name" value={name} maxLength={60} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
            {kind === 'email' ? (
              <TextInput label="To" description={WHERE.email} value={target} onChange={(event) => setTarget(event.currentTarget.value)} />
            ) : (
              <PasswordInput
                label="Address"
                description={WHERE[kind]}
                value={target}
                autoComplete="off"
                onChange={(event) => setTarget(event.currentTarget.value)}
              />
            )}
            <Checkbox label="Critical alerts, at once" checked={alerts} onChange={(event) => setAlerts(event.currentTarget.checked)} />
            <Checkbox label="The daily summary" checked={digest} onChange={(event) => setDigest(event.currentTarget.checked)} />
            {make.error && <FaultBox error={make.error} title="The channel was not made" />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Not now
              </Button>
              <Button type="submit" disabled={name.trim() === '' || target.trim() === ''} loading={make.isPending}>
                Make channel
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
