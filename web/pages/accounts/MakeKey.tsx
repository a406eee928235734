import { Alert, Button, Checkbox, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { KEY_DAYS, KEY_SCOPES, type KeyMade, type KeyScope } from '../../../src/accounts/contract.ts'
import { useMakeKey } from '../../api/access.ts'
import { Copy } from '../../ui/Copy.tsx'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'

const WORDS: Record<KeyScope, string> = {
  read: 'read: sees what support sees',
  operate: 'operate: acts as an operator',
  admin: 'admin: acts as an administrator, but makes no keys and gives no roles',
  metrics: 'metrics: only the figures for Prometheus',
}

export function MakeKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>([])
  const [days, setDays] = useState<number | string>(KEY_DAYS.fallback)
  const make = useMakeKey()
  if (make.data) return <Made made={make.data} onClose={onClose} />
  const chosen = KEY_SCOPES.filter((scope) => scopes.includes(scope))
  return (
    <ReasonDialog
      title="New API key"
      verb="Make key"
      failed="The key was not made"
      pending={make.isPending}
      error={make.error}
      ready={name.trim() !== '' && chosen.length > 0 && typeof days === 'number'}
      onConfirm={(reason) => make.mutate({ name: name.trim(), scopes: chosen, expires_in_days: Number(days), reason })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="What uses it."
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Checkbox.Group label="It may" value={scopes} onChange={setScopes}>
        <Stack gap="xs" mt="xs">
          {KEY_SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={WORDS[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <NumberInput label="Days until it ends" min={1} max={KEY_DAYS.max} allowDecimal={false} value={days} onChange={setDays} />
    </ReasonDialog>
  )
}

function Made({ made, onClose }: { made: KeyMade; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} centered title={made.name} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Alert color="yellow" variant="light" icon={<IconKey aria-hidden />} title="The key, shown this once" role="status">
        <Text className="mono" fw={600} data-key>
          {made.key}
        </Text>
        <Group mt="sm">
          <Copy value={made.key} what="key" />
        </Group>
        <Text size="sm" mt="xs">
          Copy it now: only a fingerprint of it is kept.
        </Text>
      </Alert>
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose}>I have kept it</Button>
      </Group>
    </Modal>
  )
}
