import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { StaffMember } from '../../../src/accounts/contract.ts'
import type { StaffDeed } from '../../api/access.ts'
import { meQuery } from '../../api/accounts.ts'
import { plural } from '../../ui/format.ts'
import { EndSession } from './EndSession.tsx'
import { OnStaff } from './OnStaff.tsx'
import { SessionLine } from './SessionLine.tsx'

export function StaffCard({ member }: { member: StaffMember }) {
  const me = useQuery(meQuery).data?.user
  const [deed, setDeed] = useState<StaffDeed | null>(null)
  const { email, sessions, liveKeys } = member
  const self = me?.id === member.id
  return (
    <section className="card" aria-label={email}>
      <Group justify="space-between" align="flex-start" mb="xs">
        <Group gap="sm">
          <Title order={2} fz="1.1rem">
            {email}
          </Title>
          <Badge color="blue" variant="light" tt="none">
            {member.role}
          </Badge>
          <Badge color={member.secondFactor ? 'emerald' : 'yellow'} variant="light" tt="none">
            {member.secondFactor ? 'second factor on' : 'no second factor'}
          </Badge>
        </Group>
        <Group gap="xs">
          {member.secondFactor && !self && (
            <Button
              variant="default"
              size="xs"
              onClick={() => setDeed('reset-second-factor')}
              aria-label={`Reset second factor of ${email}`}
            >
              Reset second factor
            </Button>
          )}
          {sessions.length > 0 && (
            <Button variant="default" size="xs" onClick={() => setDeed('end-sessions')} aria-label={`Sign out ${email}`}>
              Sign out
            </Button>
          )}
          <Button variant="default" size="xs" onClick={() => setDeed('revoke')} aria-label={`Take role of ${email}`}>
            Take role
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mb={sessions.length > 0 ? 'xs' : 0}>
        {sessions.length === 0 ? 'Not signed in.' : `Signed in at ${plural(sessions.length, 'place')}.`}
        {liveKeys.length > 0 && ` Keys they made that still work: ${liveKeys.join(', ')}.`}
      </Text>
      <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {sessions.map((session) => (
          <Group key={session.id} component="li" justify="space-between" wrap="nowrap">
            <SessionLine session={session} />
            <EndSession session={session} of={email} />
          </Group>
        ))}
      </Stack>
      {deed && <OnStaff member={member} deed={deed} onClose={() => setDeed(null)} />}
    </section>
  )
}
