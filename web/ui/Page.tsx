import { Box, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'

type Props = {
  title: string
  /** What stands in the browser's tab, where the heading would not do. */
  tab?: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** Text pages and forms read better narrow. */
  width?: 'wide' | 'text' | 'form'
}

const WIDTHS = { wide: undefined, text: 760, form: 460 } as const

/** A page: its one heading, its tab title, its width. */
export function Page({ title, tab, lead, actions, children, width = 'wide' }: Props) {
  useDocumentTitle(`${tab ?? title} · GIVRWRLD Servers`)
  return (
    <Box maw={WIDTHS[width]} mx={width === 'wide' ? undefined : 'auto'} py={{ base: 'lg', sm: 'xl' }}>
      <Group justify="space-between" align="flex-end" gap="md" mb="lg">
        <Box maw={680}>
          <Title order={1}>{title}</Title>
          {lead && (
            <Text c="dimmed" mt={6} component="div">
              {lead}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      {children}
    </Box>
  )
}
