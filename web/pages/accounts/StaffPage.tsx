import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { staffQuery } from '../../api/access.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Page } from '../../ui/Page.tsx'
import { AddStaff } from './AddStaff.tsx'
import { StaffCard } from './StaffCard.tsx'

export function StaffPage() {
  const staff = useQuery(staffQuery)
  const [adding, setAdding] = useState(false)
  return (
    <Page
      title="Staff"
      tab="Staff, operations"
      lead="Who works here, in which role, and where they are signed in."
      actions={<Button onClick={() => setAdding(true)}>Give a role</Button>}
    >
      {adding && <AddStaff onClose={() => setAdding(false)} />}
      {staff.isPending && <Loading label="Loading the staff" heights={[120, 120]} />}
      {staff.isError && <FaultBox error={staff.error} title="The staff could not be loaded" retry={staff.refetch} />}
      <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {staff.data?.staff.map((member) => (
          <li key={member.id}>
            <StaffCard member={member} />
          </li>
        ))}
      </Stack>
    </Page>
  )
}
