import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = { icon: ReactNode; title: string; children?: ReactNode }

/** Nothing here, and why that is so or what to do about it. */
export function Empty({ icon, title, children }: Props) {
  return (
    <Stack className="card" align="center" ta="center" gap="xs" py={48}>
      <Text c="dimmed" lh={0} component="span" aria-hidden>
        {icon}
      </Text>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" component="div" maw={460}>
          {children}
        </Text>
      )}
    </Stack>
  )
}
