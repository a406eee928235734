import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { shopQuery } from '../../api/shop.ts'

export function SupportLink() {
  const shop = useQuery(shopQuery)
  return shop.data ? (
    <Anchor href={shop.data.supportUrl} underline="always">
      support
    </Anchor>
  ) : (
    'support'
  )
}
