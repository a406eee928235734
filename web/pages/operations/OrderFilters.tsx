import { Button, Group, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { OPS_ORDER_FILTERS, ORDER_STATUSES } from '../../../src/orders/contract.ts'
import { paths } from '../../paths.ts'
import { oneOf } from '../../ui/search.ts'
import type { OrdersSearch } from './search.ts'

const LABELS: Record<OrdersSearch['filter'], string> = { all: 'All', stuck: 'Stuck', error: 'Error', unprovisioned: 'No server' }

/** Every filter is in the address; another choice begins at the first page. */
export function OrderFilters({ search }: { search: OrdersSearch }) {
  const navigate = useNavigate()
  const [text, setText] = useState(search.q ?? '')
  useEffect(() => setText(search.q ?? ''), [search.q])
  const show = (part: Partial<OrdersSearch>) => void navigate({ to: paths.opsOrders, search: { ...search, ...part, cursor: undefined } })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    show({ q: text.trim() || undefined })
  }
  return (
    <Group gap="sm" mb="md" align="flex-end">
      <SegmentedControl
        aria-label="Show orders"
        value={search.filter}
        onChange={(value) => show({ filter: oneOf(OPS_ORDER_FILTERS, value) ?? 'all' })}
        data={OPS_ORDER_FILTERS.map((value) => ({ value, label: LABELS[value] }))}
      />
      <NativeSelect
        aria-label="Status"
        value={search.status ?? ''}
        onChange={(event) => show({ status: oneOf(ORDER_STATUSES, event.currentTarget.value) })}
        data={[{ value: '', label: 'Any status' }, ...ORDER_STATUSES]}
      />
      <search style={{ flex: '1 1 18rem' }}>
        <form onSubmit={submit}>
          <Group gap="xs" wrap="nowrap">
            <TextInput
              aria-label="Search orders"
              placeholder="E-mail, order id or server name"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              leftSection={<IconSearch size={16} aria-hidden />}
              style={{ flex: 1 }}
            />
            <Button type="submit" variant="default">
              Search
            </Button>
          </Group>
        </form>
      </search>
    </Group>
  )
}
