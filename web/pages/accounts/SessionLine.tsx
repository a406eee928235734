import { Text } from '@mantine/core'
import type { SessionView } from '../../../src/accounts/contract.ts'
import { When } from '../../ui/When.tsx'
import { addressOf, deviceOf } from './device.ts'

/** One session in a line: device, address, since when. */
export function SessionLine({ session }: { session: SessionView }) {
  return (
    <Text size="sm" component="div" miw={0}>
      {deviceOf(session.userAgent)}
      <Text span size="sm" c="dimmed">
        {' · '}
        {addressOf(session.ipAddress)} · since <When at={session.createdAt} />
        {session.secondFactor && ' · with a code'}
      </Text>
    </Text>
  )
}
