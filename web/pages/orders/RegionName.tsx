import { useQuery } from '@tanstack/react-query'
import { shopQuery } from '../../api/shop.ts'

/** A region by its name; by its id while the shop is not known, or when it no longer has that region. */
export function RegionName({ id }: { id: string }) {
  const shop = useQuery(shopQuery)
  return shop.data?.regions.find((region) => region.id === id)?.name ?? id
}
