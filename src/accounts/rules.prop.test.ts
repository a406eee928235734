import fc from 'fast-check'
import { expect, test } from 'vitest'
import { usernameSuffix } from './new-password.ts'
import { claim, nextMove, panelNames, panelUsername, personName } from './rules.ts'

/** The panel's own rule (app/Rules/Username.php of 1.11). */
const PANEL_RULE = /^[a-z0-9]([\w.-]+)[a-z0-9]$/

test('every address gives a user name that the panel takes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'grapheme' })), (email) => {
      const name = panelUsername(email, usernameSuffix())
      expect(name).toMatch(PANEL_RULE)
      expect(name.length).toBeLessThan(40)
    }),
  )
})

test('both names are there and short, whatever was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (typed) => {
      const name = personName(typed)
      const { firstName, lastName } = panelNames(name)
      for (const part of [name, firstName, lastName]) {
        expect(part.trim()).not.toBe('')
        expect([...part].length).toBeLessThanOrEqual(80)
        expect(part).not.toMatch(/\p{C}/u)
      }
    }),
  )
})

test('whose panel account it is: the whole table', () => {
  const user = { id: 'u1', emailVerified: true }
  const take = (externalId: string | null, rootAdmin: boolean, emailVerified: boolean) =>
    claim({ externalId, rootAdmin }, { ...user, emailVerified }).take
  for (const verified of [true, false]) for (const externalId of ['u1', 'u2', null]) expect(take(externalId, true, verified)).toBe('never')
  expect([take('u1', false, true), take('u1', false, false)]).toEqual(['ours', 'ours'])
  expect([take('u2', false, true), take('u2', false, false)]).toEqual(['never', 'never'])
  expect([take(null, false, true), take(null, false, false)]).toEqual(['adopt', 'never'])
})

test('what follows from a refused POST /users', () => {
  const refused = (...fields: string[]) => ({
    answered: true,
    status: 422,
    refused: Object.fromEntries(fields.map((field) => [field, {}])),
  })
  expect(nextMove({})).toBe('give_up')
  expect(nextMove({ answered: false, status: 504 })).toBe('unknown')
  expect(nextMove({ answered: true, status: 500 })).toBe('look_up')
  expect(nextMove({ answered: true, status: 429 })).toBe('give_up')
  expect(nextMove({ answered: true, status: 401 })).toBe('give_up')
  expect(nextMove(refused('username'))).toBe('other_username')
  expect(nextMove(refused('username', 'email'))).toBe('look_up')
  expect(nextMove(refused('external_id'))).toBe('look_up')
  expect(nextMove(refused('first_name'))).toBe('give_up')
  expect(nextMove(refused())).toBe('give_up')
})
