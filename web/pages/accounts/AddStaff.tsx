import { NativeSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { StaffRole } from '../../../src/accounts/contract.ts'
import { useAddStaff } from '../../api/access.ts'
import { oneOf } from '../../ui/search.ts'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'
import { emailFault } from './fields.ts'

const WORDS = {
  support: 'support: reads, helps with accounts',
  operator: 'operator: retries, cancels, refunds, nodes',
  admin: 'admin: settings, staff, keys',
} as const

export function AddStaff({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<keyof typeof WORDS>('support')
  const add = useAddStaff()
  return (
    <ReasonDialog
      title="Give a role"
      verb="Give role"
      failed="The role was not given"
      pending={add.isPending}
      error={add.error}
      ready={emailFault(email) === null}
      onConfirm={(reason) =>
        add.mutate(
          { email: email.trim(), role, reason },
          {
            onSuccess: (member) => {
              onClose()
              const message = member.invited ? `${member.email} has a mail to set a password.` : member.email
              notifications.show({ title: `Now ${member.role}`, message, color: 'emerald' })
            },
          },
        )
      }
      onClose={onClose}
    >
      <TextInput
        label="E-mail"
        description="Who has no account yet is sent a mail to set a password."
        type="email"
        value={email}
        maxLength={254}
        onChange={(event) => setEmail(event.currentTarget.value)}
        data-autofocus
      />
      <NativeSelect
        label="Role"
        value={role}
        onChange={(event) => setRole(oneOf(StaffRole.options, event.currentTarget.value) ?? 'support')}
        data={StaffRole.options.map((value) => ({ value, label: WORDS[value] }))}
      />
    </ReasonDialog>
  )
}
