import { type Content, letter } from './frame.ts'
import type { Letter, Places, Props } from './props.ts'

const write = (places: Places, content: Content): Letter => letter(content, places.supportUrl)

export const verifyEmail = (props: Props['verify_email'], places: Places): Letter =>
  write(places, {
    subject: 'Confirm your e-mail address',
    lines: [`Hello ${props.name},`, 'please confirm that this address is yours. You need this once, before your first order.'],
    button: { label: 'Confirm address', url: props.url },
    small: 'The link works for 7 days. If you did not sign up with us, you need not do anything.',
  })

export const resetPassword = (props: Props['reset_password'], places: Places): Letter =>
  write(places, {
    subject: 'Set your password',
    lines: [`Hello ${props.name},`, 'with this link you set a new password for your account.'],
    button: { label: 'Set password', url: props.url },
    small: 'The link works once, for 24 hours. If you did not ask for it, your password stays as it is.',
  })

export const alreadyRegistered = (props: Props['already_registered'], places: Places): Letter =>
  write(places, {
    subject: 'You already have an account',
    lines: [
      `Hello ${props.name},`,
      'somebody just signed up with your e-mail address. You already have an account with it, so nothing was changed.',
      'If it was you, sign in with the password you have, or set a new one there.',
    ],
    button: { label: 'Sign in', url: `${places.publicUrl}/sign-in` },
    small: 'If it was not you, you need not do anything.',
  })
