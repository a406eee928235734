import { Alert, Anchor, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { OrderView } from '../../../src/orders/contract.ts'
import { When } from '../../ui/When.tsx'

type Props = { trouble: NonNullable<OrderView['trouble']>; supportUrl: string }

/** What happened, what we do, when we look again. */
export function TroubleBox({ trouble, supportUrl }: Props) {
  return (
    <Alert color="yellow" variant="light" role="alert" icon={<IconAlertTriangle aria-hidden />} title={trouble.title}>
      <Text>{trouble.text}</Text>
      <Text mt="xs">
        {trouble.nextCheckAt ? (
          <>
            We look again: <When at={trouble.nextCheckAt} />. You need not do anything.
          </>
        ) : (
          'We go on as soon as it is mended. You need not do anything.'
        )}
      </Text>
      <Anchor href={supportUrl} underline="always" mt="xs" display="inline-block">
        Write to support
      </Anchor>
    </Alert>
  )
}
