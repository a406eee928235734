import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { customersQuery } from '../../api/customers.ts'
import { paths } from '../../paths.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../operations/Pager.tsx'

const route = getRouteApi('/ops/customers')

export function CustomersPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const [text, setText] = useState(search.q ?? '')
  const found = useQuery(customersQuery(search))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void navigate({ to: paths.opsCustomers, search: { q: text.trim() || undefined, cursor: undefined } })
  }
  return (
    <Page title="Customers" tab="Customers, operations">
      <search>
        <form onSubmit={submit}>
          <Group mb="md">
            <TextInput
              aria-label="Search customers"
              placeholder="E-mail, name, or any id of theirs"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              style={{ flex: 1 }}
            />
            <Button type="submit" variant="default">
              Search
            </Button>
          </Group>
        </form>
      </search>
      {found.isPending && <Loading label="Loading the customers" heights={[48, 48, 48]} />}
      {found.isError && <FaultBox error={found.error} title="The customers could not be loaded" retry={found.refetch} />}
      {found.data?.items.length === 0 && (
        <Empty icon={<IconUsers size={36} />} title="Nobody found">
          Search by the whole e-mail, or by an order id.
        </Empty>
      )}
      <Stack gap="xs">
        {found.data?.items.map((one) => (
          <Group key={one.id} className="card" justify="space-between">
            <Link to={paths.opsCustomer} params={{ userId: one.id }}>
              {one.email}
            </Link>
            <Text size="sm" c="dimmed">
              {one.name} · {one.orders} orders
            </Text>
          </Group>
        ))}
      </Stack>
      {found.data && <Pager cursor={search.cursor} nextCursor={found.data.nextCursor} />}
    </Page>
  )
}
