import { Button, Group } from '@mantine/core'
import { FaultBox } from './FaultBox.tsx'

type Props = {
  label: string
  query: {
    hasNextPage: boolean
    isFetchingNextPage: boolean
    isFetchNextPageError: boolean
    error: Error | null
    fetchNextPage: () => Promise<unknown>
  }
}

/** The way on in a list that is shown page below page; nothing where the list is at its end. */
export function ShowMore({ label, query }: Props) {
  if (query.isFetchNextPageError && query.error) return <FaultBox error={query.error} title="The rest could not be loaded" />
  if (!query.hasNextPage) return null
  return (
    <Group justify="center" my="md">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {label}
      </Button>
    </Group>
  )
}
