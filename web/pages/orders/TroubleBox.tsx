import { Alert, Anchor, Text } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { OrderView } from '../../../src/orders/contract.ts'
import { When } from '../../ui/When.tsx'

type Props = { trouble: NonNullable<OrderView['trouble']>; supportUrl: string /** Nothing more is tried. */; ended: boolean }

/** What happened, what we do, when we look again. */
export function TroubleBox({ trouble, supportUrl, ended }: Props) {
  return (
    <Alert
      color={ended ? 'gray' : 'yellow'}
      variant="light"
      role={ended ? 'status' : 'alert'}
      icon={ended ? <IconInfoCircle aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={trouble.title}
    >
      <Text>{trouble.text}</Text>
      {!ended && (
        <Text mt="xs">
          {trouble.nextCheckAt ? (
            <>
              We look again: <When at={trouble.nextCheckAt} />.
            </>
          ) : (
            'We go on as soon as it is mended.'
          )}
        </Text>
      )}
      <Anchor href={supportUrl} underline="always" mt="xs" display="inline-block">
        Write to support
      </Anchor>
    </Alert>
  )
}
