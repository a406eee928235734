import { Alert, Button, Group, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { meQuery, sendVerification } from '../../api/accounts.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'

type Props = { email: string /** Where to go on once the link in the mail was opened. */; next?: string }

/** The e-mail must be proved before anything is bought; the link may be sent again. */
export function VerifyNotice({ email, next }: Props) {
  const client = useQueryClient()
  const send = useMutation({ mutationFn: () => sendVerification(email, next) })
  return (
    <>
      <Alert color="yellow" variant="light" icon={<IconMail aria-hidden />} title="Verify your e-mail first" role="status">
        <Text size="sm">
          We sent a link to <strong>{email}</strong>. Open it, then come back here: your choice is kept.
        </Text>
        <Group gap="xs" mt="sm">
          <Button variant="default" size="xs" loading={send.isPending} onClick={() => send.mutate()}>
            Send the link again
          </Button>
          <Button variant="default" size="xs" onClick={() => client.invalidateQueries({ queryKey: meQuery.queryKey })}>
            I opened it
          </Button>
        </Group>
        {send.isSuccess && (
          <Text size="sm" mt="xs">
            Sent. It can take a minute to arrive; look in the spam folder too.
          </Text>
        )}
      </Alert>
      {send.error && <FaultBox error={send.error} title="The mail could not be sent" />}
    </>
  )
}
