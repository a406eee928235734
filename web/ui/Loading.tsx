import { Skeleton, Stack, VisuallyHidden } from '@mantine/core'

type Props = { label: string; heights: number[] }

/** Grey shapes where things will stand, and a word for those who do not see them. */
export function Loading({ label, heights }: Props) {
  return (
    <Stack role="status" gap="md">
      <VisuallyHidden>{label}</VisuallyHidden>
      {heights.map((height, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the shapes never move
        <Skeleton key={place} height={height} radius="lg" />
      ))}
    </Stack>
  )
}
