import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'

type Props = { selling: boolean; notice: string | null }

/** Why nothing can be bought just now, or what else a buyer should know first. */
export function ShopNotice({ selling, notice }: Props) {
  if (selling && !notice) return null
  return (
    <Alert
      color={selling ? 'blue' : 'yellow'}
      variant="light"
      icon={<IconInfoCircle aria-hidden />}
      title={selling ? 'Please note' : 'Checkout is closed for the moment'}
      mb="lg"
      role="status"
    >
      {notice ?? 'We sell only what we can deliver, and right now we cannot. Orders already paid go on by themselves.'}
    </Alert>
  )
}
