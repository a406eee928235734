import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { asFault } from '../api/fault.ts'

type Props = { error: unknown; title?: string; retry?: () => unknown }

/** What went wrong and what to do now; with the request's id, which support can look up. */
export function FaultBox({ error, title = 'That did not work', retry }: Props) {
  const fault = asFault(error)
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />} title={title} className="alert">
      <Text size="sm">{fault.message}</Text>
      <Text size="sm" mt={4}>
        {fault.next}
      </Text>
      {fault.requestId && (
        <Text size="xs" mt={8} className="mono">
          Request {fault.requestId}
        </Text>
      )}
      {retry && (
        <Button variant="default" size="xs" mt="sm" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </Alert>
  )
}
