import { Button, Divider, Group, Stack, Text, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import type { OrderView } from '../../../src/orders/contract.ts'
import { Copy } from '../../ui/Copy.tsx'
import classes from './Order.module.css'

type Props = { server: NonNullable<OrderView['server']>; suspended: boolean }

/** What the buyer came for: where to play, where to rule, how to get in. */
export function ServerReady({ server, suspended }: Props) {
  const others = Object.entries(server.ports).filter(([, port]) => !server.address.endsWith(`:${port}`))
  return (
    <section className="card" aria-labelledby="server-title">
      <Title order={2} id="server-title" mb="md">
        Your server
      </Title>
      <Text size="sm" c="dimmed">
        Address
      </Text>
      <div className={classes.address}>
        <span data-address>{server.address}</span>
        <Copy value={server.address} what="address" />
      </div>
      {others.length > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          Other ports: {others.map(([use, port]) => `${use} ${port}`).join(', ')}
        </Text>
      )}
      <Divider my="lg" />
      <Stack gap="xs">
        {server.panelUsername !== '' && (
          <Group gap="sm">
            <Text size="sm" c="dimmed">
              Panel login
            </Text>
            <Text className="mono">{server.panelUsername}</Text>
            <Copy value={server.panelUsername} what="panel login" />
          </Group>
        )}
        <Text size="sm" c="dimmed">
          New to the panel? It mailed you a link to set your password. No mail, or an older account: use “Forgot password” on the panel with
          your e-mail.
        </Text>
        {!suspended && (
          <Button
            component="a"
            href={server.panelUrl}
            target="_blank"
            rel="noreferrer"
            rightSection={<IconExternalLink size={16} aria-hidden />}
            style={{ alignSelf: 'flex-start' }}
            mt="xs"
          >
            Open the panel
          </Button>
        )}
      </Stack>
    </section>
  )
}
