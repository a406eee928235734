import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconBroadcast, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChannelView } from '../../../src/health/contract.ts'
import { channelsQuery } from '../../api/health.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { When } from '../../ui/When.tsx'
import { ChannelActions } from './ChannelActions.tsx'
import { MakeChannel } from './MakeChannel.tsx'

export const KIND_NAMES: Record<ChannelView['kind'], string> = { discord: 'Discord', slack: 'Slack', email: 'E-mail', webhook: 'Webhook' }

export function Channels({ admin }: { admin: boolean }) {
  const channels = useQuery(channelsQuery)
  const [making, setMaking] = useState(false)
  return (
    <section aria-labelledby="channels-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="channels-title">
          Channels
        </Title>
        {admin && (
          <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
            New channel
          </Button>
        )}
      </Group>
      {making && <MakeChannel onClose={() => setMaking(false)} />}
      {channels.isPending && <Loading label="Loading the channels" heights={[90, 90]} />}
      {channels.isError && <FaultBox error={channels.error} title="The channels could not be loaded" retry={channels.refetch} />}
      {channels.data?.channels.length === 0 && (
        <Empty icon={<IconBroadcast size={36} />} title="Nobody is told yet">
          Make a channel: Discord, Slack, e-mail, or a webhook of your own.
        </Empty>
      )}
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {channels.data?.channels.map((channel) => (
          <li key={channel.id}>
            <Channel channel={channel} admin={admin} />
          </li>
        ))}
      </Stack>
    </section>
  )
}

function Channel({ channel, admin }: { channel: ChannelView; admin: boolean }) {
  const { enabled, alerts, digest, waiting, lastSentAt, lastError } = channel
  const takes = [alerts && 'critical alerts', digest && 'the daily summary'].filter(Boolean).join(' and ') || 'nothing'
  return (
    <section className="card" aria-label={`Channel ${channel.name}`}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Group gap="sm">
            <Title order={3}>{channel.name}</Title>
            <Badge color={enabled ? 'emerald' : 'gray'} variant="light" tt="none">
              {enabled ? KIND_NAMES[channel.kind] : `${KIND_NAMES[channel.kind]}, off`}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" mt={4} component="div">
            <span className="mono">{channel.target}</span> · takes {takes} ·{' '}
            {lastSentAt ? (
              <>
                last told <When at={lastSentAt} />
              </>
            ) : (
              'never told yet'
            )}
          </Text>
          {waiting > 0 && (
            <Text size="sm" c="var(--site-warn)" mt={4}>
              {waiting} not told yet{lastError && `: ${lastError}`}
            </Text>
          )}
          {waiting === 0 && lastError && (
            <Text size="sm" c="dimmed" mt={4}>
              Last trouble: {lastError}
            </Text>
          )}
        </div>
        {admin && <ChannelActions channel={channel} />}
      </Group>
    </section>
  )
}
