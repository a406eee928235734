import { randomBytes } from 'node:crypto'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'
import { hashPassword } from './password.ts'
import type { UserRow } from './rows.ts'
import type { Store } from './store.ts'

export interface Letter {
  to: string
  subject: string
  text: string
}
/** Links by which an owner of an account sets its password: mailed when it is made without one, and when asked for. */
export interface PasswordLinks {
  /** Mails a new link; earlier ones stop working, as the panel keeps one token an address. */
  mail(user: UserRow, origin: string, reason: 'created' | 'forgotten'): void
  /** Sets the password, once. False: no such link, or it is too old. */
  use(token: string, password: string): boolean
  known(token: string): boolean
}

interface Row {
  token: string
  at: string
}
/** Laravel's default for reset tokens is an hour. */
const GOOD_FOR_MS = 60 * 60_000

export function createPasswordLinks(parts: {
  store: Store
  journal: Journal
  clock: Clock
  send: (letter: Letter) => void
}): PasswordLinks {
  const { store, clock } = parts
  const rows = parts.journal.collection<Row>('password_links')
  const userOf = (token: string): UserRow | undefined =>
    store.users.all().find((user) => {
      const row = rows.get(user.id)
      return row?.token === token && clock.now().getTime() - Date.parse(row.at) < GOOD_FOR_MS
    })
  return {
    mail(user, origin, reason) {
      const token = randomBytes(24).toString('hex')
      rows.set(user.id, { token, at: clock.now().toISOString() })
      const first =
        reason === 'created'
          ? `An account was made for you on the game panel. Your username is ${user.username}.`
          : 'Somebody asked for a new password for your account on the game panel.'
      parts.send({
        to: user.email,
        subject: reason === 'created' ? 'Your account on the game panel' : 'A new password for the game panel',
        text: `${first}\n\nSet a password:\n${origin}/auth/password/reset/${token}\n\nThe link works once, for an hour.\n`,
      })
    },
    use(token, password) {
      const user = userOf(token)
      if (!user) return false
      store.users.set({ ...user, password: hashPassword(password) })
      rows.delete(user.id)
      return true
    },
    known: (token) => userOf(token) !== undefined,
  }
}
