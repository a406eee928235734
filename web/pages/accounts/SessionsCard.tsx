import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sessionsQuery, useEndMyOthers, useEndMySession } from '../../api/access.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { SessionLine } from './SessionLine.tsx'

/** Where the reader is signed in, and how to end it. */
export function SessionsCard() {
  const sessions = useQuery(sessionsQuery)
  const endOne = useEndMySession()
  const endOthers = useEndMyOthers()
  const list = sessions.data?.sessions ?? []
  const fault = endOne.error ?? endOthers.error
  return (
    <section className="card" aria-labelledby="sessions-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="sessions-title">
          Signed in
        </Title>
        {list.length > 1 && (
          <Button variant="default" size="xs" loading={endOthers.isPending} onClick={() => endOthers.mutate(null)}>
            Sign out everywhere else
          </Button>
        )}
      </Group>
      {sessions.isPending && <Loading label="Loading your sessions" heights={[40]} />}
      {sessions.isError && <FaultBox error={sessions.error} title="Your sessions could not be loaded" retry={sessions.refetch} />}
      {fault && <FaultBox error={fault} title="Not signed out" />}
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {list.map((session) => (
          <Group key={session.id} component="li" justify="space-between" wrap="nowrap">
            <SessionLine session={session} />
            {session.current ? (
              <Badge color="emerald" variant="light" tt="none">
                here
              </Badge>
            ) : (
              <Button
                variant="default"
                size="xs"
                loading={endOne.isPending && endOne.variables === session.id}
                onClick={() => endOne.mutate(session.id)}
              >
                Sign out
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {list.length === 1 && (
        <Text size="sm" c="dimmed" mt="sm">
          Nowhere else.
        </Text>
      )}
    </section>
  )
}
