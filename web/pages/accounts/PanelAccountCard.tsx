import { Alert, Anchor, Button, Group, Text, Title } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Me } from '../../../src/accounts/contract.ts'
import { useCreatePanelUser } from '../../api/accounts.ts'
import { shopQuery } from '../../api/shop.ts'
import { Copy } from '../../ui/Copy.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'

type Props = { user: NonNullable<Me['user']> }

/** The customer's account on the game panel. Its password, when just made, is in this page's memory only. */
export function PanelAccountCard({ user }: Props) {
  const create = useCreatePanelUser()
  const shop = useQuery(shopQuery)
  const made = create.data
  const username = user.panel?.username ?? made?.panel_username
  return (
    <section className="card" aria-labelledby="panel-title">
      <Title order={2} id="panel-title" mb="sm">
        Game panel account
      </Title>
      {username ? (
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            Panel login
          </Text>
          <Text className="mono">{username}</Text>
          <Copy value={username} what="panel login" />
        </Group>
      ) : (
        <Text c="dimmed">You get one by itself with your first server. You can also create it now and look around.</Text>
      )}
      {made?.password && <NewPassword password={made.password} />}
      {username && !made?.password && (
        <Text size="sm" c="dimmed" mt="sm">
          {user.panel?.adopted
            ? 'This account was on the panel before your first order here: its password is the one you set there.'
            : 'The panel mailed you a link to set your password.'}{' '}
          Lost it? Use “Forgot password” on the panel with your e-mail.
        </Text>
      )}
      {create.error && (
        <div style={{ marginTop: '1rem' }}>
          <FaultBox error={create.error} title="The panel account was not created" />
        </div>
      )}
      <Group mt="md">
        {!username && (
          <Button onClick={() => create.mutate(user.id)} loading={create.isPending} disabled={!user.emailVerified}>
            Create panel account
          </Button>
        )}
        {username && shop.data && (
          <Anchor href={shop.data.panelUrl} target="_blank" rel="noreferrer" underline="always">
            Open the panel
          </Anchor>
        )}
      </Group>
      {!username && !user.emailVerified && (
        <Text size="sm" c="dimmed" mt="xs">
          Verify your e-mail first.
        </Text>
      )}
    </section>
  )
}

function NewPassword({ password }: { password: string }) {
  return (
    <Alert color="yellow" variant="light" icon={<IconKey aria-hidden />} title="Your panel password, shown this once" mt="md" role="status">
      <Group gap="sm">
        <Text className="mono" fw={600} data-password>
          {password}
        </Text>
        <Copy value={password} what="password" />
      </Group>
      <Text size="sm" mt="xs">
        Copy it now: it is stored nowhere, and gone when you leave this page. You can change it on the panel.
      </Text>
    </Alert>
  )
}
