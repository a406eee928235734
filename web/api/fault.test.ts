import { expect, test } from 'vitest'
import { asFault, Fault, faultOf } from './fault.ts'

test('our problem document is taken as it is', () => {
  const fault = faultOf(409, {
    type: 'fleet.no_capacity',
    title: 'full',
    status: 409,
    detail: 'No room is left.',
    next: 'Choose another region.',
    requestId: 'r1',
    fields: { region: 'full' },
  })
  expect(fault).toMatchObject({ code: 'fleet.no_capacity', message: 'No room is left.', next: 'Choose another region.', requestId: 'r1' })
  expect(fault.fields).toEqual({ region: 'full' })
})

test("the sign-in library's codes are said in our words, its own text is the fallback", () => {
  expect(faultOf(401, { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'x' }).message).toBe('E-mail or password is not right.')
  expect(faultOf(400, { code: 'ODD', message: 'Something odd' }).message).toBe('Something odd')
})

test('an unreadable answer still says what to do; a 5xx text is not shown', () => {
  expect(faultOf(429, null).next).toBe('Wait a minute, then try again.')
  expect(faultOf(502, { message: 'upstream stack trace' }).message).toBe('The shop did not answer as it should.')
})

test('anything thrown becomes a fault', () => {
  const fault = faultOf(404, null)
  expect(asFault(fault)).toBe(fault)
  expect(asFault(new TypeError('x'))).toBeInstanceOf(Fault)
})
