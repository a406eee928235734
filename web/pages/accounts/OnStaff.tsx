import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { StaffMember } from '../../../src/accounts/contract.ts'
import { type StaffDeed, useOnStaff } from '../../api/access.ts'
import { ReasonDialog } from '../operations/ReasonDialog.tsx'

const WORDS: Record<StaffDeed, { title: string; verb: string; says: string; done: string }> = {
  revoke: {
    title: 'Take this role?',
    verb: 'Take role',
    says: 'becomes a customer and is signed out at once. Keys they made go on working.',
    done: 'No longer staff',
  },
  'reset-second-factor': {
    title: 'Reset this second factor?',
    verb: 'Reset second factor',
    says: 'is signed out, signs in with the password alone, and sets up a new app then. Be sure that it is they who ask.',
    done: 'Second factor reset',
  },
  'end-sessions': {
    title: 'Sign this person out?',
    verb: 'Sign out',
    says: 'is signed out everywhere, and can sign in again.',
    done: 'Signed out',
  },
}

export function OnStaff({ member, deed, onClose }: { member: StaffMember; deed: StaffDeed; onClose: () => void }) {
  const change = useOnStaff(member.id, deed)
  const { title, verb, says, done } = WORDS[deed]
  const onSuccess = () => {
    onClose()
    notifications.show({ title: done, message: member.email, color: 'emerald' })
  }
  return (
    <ReasonDialog
      title={title}
      verb={verb}
      failed="Nothing was changed"
      pending={change.isPending}
      error={change.error}
      onConfirm={(reason) => change.mutate({ reason }, { onSuccess })}
      onClose={onClose}
    >
      <Text>
        <strong>{member.email}</strong> {says}
      </Text>
    </ReasonDialog>
  )
}
