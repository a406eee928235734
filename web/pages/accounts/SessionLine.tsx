import { Text } from '@mantine/core'
import type { SessionView } from '../../../src/accounts/contract.ts'
import { When } from '../../ui/When.tsx'
import { deviceOf } from './device.ts'

/** One session in a line: device, address, since when. */
export function SessionLine({ session }: { session: SessionView }) {
  return (
    <Text size="sm" component="div">
      {deviceOf(session.userAgent)}
      <Text span size="sm" c="dimmed">
        {' · '}
        {session.ipAddress ?? 'address unknown'} · since <When at={session.createdAt} />
        {session.secondFactor && ' · with a code'}
      </Text>
    </Text>
  )
}
