import { Button, Group } from '@mantine/core'
import { useNavigate, useRouterState } from '@tanstack/react-router'

type Props = { cursor: string | undefined; nextCursor: string | null }

/** Cursors only lead forward, so the way back is remembered beside each history entry; a shared link leads back to the first page. */
export function Pager({ cursor, nextCursor }: Props) {
  const navigate = useNavigate()
  const trail = useRouterState({ select: ({ location }) => location.state.trail ?? [] })
  const go = (to: string | undefined, left: (string | null)[]) =>
    void navigate({ to: '.', search: (old: Record<string, unknown>) => ({ ...old, cursor: to }) as never, state: { trail: left } })
  if (!cursor && !nextCursor) return null
  return (
    <Group gap="xs" component="nav" aria-label="Pages">
      <Button variant="default" size="sm" disabled={!cursor} onClick={() => go(trail.at(-1) ?? undefined, trail.slice(0, -1))}>
        {cursor && trail.length === 0 ? 'First page' : 'Previous'}
      </Button>
      <Button variant="default" size="sm" disabled={!nextCursor} onClick={() => nextCursor && go(nextCursor, [...trail, cursor ?? null])}>
        Next
      </Button>
    </Group>
  )
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    trail?: (string | null)[]
  }
}
