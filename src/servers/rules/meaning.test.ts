import { describe, expect, test } from 'vitest'
import { Failure } from '../../kit/failure.ts'
import type { Asked, PanelAnswer } from './answer.ts'
import { meaningOf } from './meaning.ts'

const ASKED: Asked = { step: 'create', planId: 'mc-4', recipeId: 'mc-paper', eggId: 5, node: 'fra-1', portTries: 0 }

const means = (answer: Partial<PanelAnswer>, asked: Partial<Asked> = {}) => {
  const facts = { answered: true, status: 500, panelCode: null, refused: {}, retryAfterMs: null, trouble: null, detail: null, ...answer }
  return meaningOf(new Failure({ code: 'panel.any', kind: 'unavailable', say: 'x', next: 'y', facts }), { ...ASKED, ...asked })
}
const says = (answer: Partial<PanelAnswer>, asked?: Partial<Asked>) => {
  const { class: is, effect } = means(answer, asked)
  return `${is}: ${effect}`
}
const refused = (...fields: string[]) => ({
  status: 422,
  panelCode: 'ValidationException',
  refused: Object.fromEntries(fields.map((field) => [field, { rule: 'required', detail: `The ${field} is wrong.` }])),
})

describe('the panel’s code decides, not its status', () => {
  test.each([401, 403, 404, 409, 422, 429, 500, 502, 503, 504])('a daemon’s %i passed on: cleaned up, look at once', (status) =>
    expect(says({ status, panelCode: 'DaemonConnectionException' })).toBe('transient: look_up_now'),
  )
  test.each([
    ['no answer', { answered: false, status: null }, 'transient: look_up_after_35s'],
    ['a proxy’s HTML', { answered: false, status: 502 }, 'transient: look_up_after_35s'],
    ['nobody listens there', { answered: false, status: null, trouble: 'ECONNREFUSED' }, 'transient: back_off'],
    ['its name is unknown', { answered: false, status: null, trouble: 'ENOTFOUND' }, 'transient: back_off'],
    ['cut off in the middle', { answered: false, status: null, trouble: 'ECONNRESET' }, 'transient: look_up_after_35s'],
    ['JSON without a code', { status: 500 }, 'transient: look_up_after_35s'],
    ['too many requests', { status: 429, panelCode: 'ThrottleRequestsException' }, 'transient: back_off'],
    ['a wrong key', { status: 401, panelCode: 'AuthenticationException' }, 'auth: wait_for_key'],
    ['a key without permission', { status: 403, panelCode: 'AccessDeniedHttpException' }, 'auth: wait_for_key'],
    ['a lost race', { status: 500, panelCode: 'QueryException' }, 'transient: look_up_now'],
    ['a port lost in a race', { status: 500, panelCode: 'DataValidationException' }, 'transient: look_up_now'],
    ['the panel in maintenance', { status: 503, panelCode: 'HttpException' }, 'transient: look_up_now'],
    ['a server in transfer', { status: 409, panelCode: 'ConflictHttpException' }, 'transient: look_up_now'],
    ['no node', { status: 400, panelCode: 'NoViableNodeException' }, 'capacity: wait_capacity'],
    ['no port', { status: 400, panelCode: 'NoViableAllocationException' }, 'capacity: wait_capacity'],
    ['a wrong address', { status: 404, panelCode: 'NotFoundHttpException' }, 'config: stop'],
    ['broken JSON', { status: 400, panelCode: 'BadRequestHttpException' }, 'bug: stop'],
    ['a business refusal', { status: 400, panelCode: 'DisplayException' }, 'bug: stop'],
  ])('%s', (_, answer, meaning) => expect(says(answer)).toBe(meaning))

  test('a server gone under a suspension is looked up, not taken for a wrong address', () =>
    expect(says({ status: 404, panelCode: 'NotFoundHttpException' }, { step: 'suspend' })).toBe('transient: look_up_now'))
})

test('a default port that was changed meanwhile: looked at and done again, whichever way the panel says so', () => {
  expect(says({ status: 400, panelCode: 'DisplayException' }, { step: 'resize' })).toBe('transient: look_up_now')
  expect(says(refused('allocation'), { step: 'resize' })).toBe('transient: look_up_now')
  expect(says(refused('allocation', 'limits.disk'), { step: 'resize' })).toBe('config: stop')
  expect(means(refused('limits.disk'), { step: 'resize' }).failure).toMatchObject({
    field: 'limits.disk',
    next: expect.stringMatching(/another plan/),
  })
})

describe('a refused field', () => {
  test.each([
    [['external_id'], 'transient: look_up_taken'],
    [['external_id', 'environment.X'], 'transient: look_up_taken'],
    [['allocation.default'], 'transient: other_ports'],
    [['allocation.additional.0'], 'transient: other_ports'],
    [['user'], 'transient: ensure_account_again'],
    [['user', 'allocation.default'], 'transient: ensure_account_again'],
    [['allocation.default', 'egg'], 'config: stop'],
    [['limits.memory'], 'config: stop'],
    [[], 'config: stop'],
  ])('%j', (fields, meaning) => expect(says(refused(...fields))).toBe(meaning))

  test('ports three times in vain: capacity', () =>
    expect(says(refused('allocation.default'), { portTries: 3 })).toBe('capacity: wait_capacity'))

  test.each([
    ['environment.SERVER_JARFILE', 'Set SERVER_JARFILE in the recipe mc-paper'],
    ['egg', 'Egg 5 is gone from the panel'],
    ['docker_image', 'Give the recipe mc-paper a valid docker_image'],
    ['limits.memory', 'The plan mc-4'],
    ['name', 'server name'],
    ['oom_disabled', 'what the recipe mc-paper sends as oom_disabled'],
  ])('%s: says what the panel said, and how to mend it', (field, remedy) => {
    const { failure } = means(refused(field))
    expect(failure).toMatchObject({ kind: 'invalid', field, say: `The panel refused the field ${field}: The ${field} is wrong.` })
    expect(failure.next).toContain(remedy)
  })
})

describe('what was never sent', () => {
  const unsent = (kind: Failure['kind']) => meaningOf(new Failure({ code: 'a.b', kind, say: 'x', next: 'y' }), ASKED)
  test.each([
    ['unavailable', 'transient', 'back_off'],
    ['full', 'capacity', 'wait_capacity'],
    ['conflict', 'identity', 'stop'],
    ['invalid', 'config', 'stop'],
    ['bug', 'bug', 'stop'],
  ] as const)('%s', (kind, is, effect) => expect(unsent(kind)).toMatchObject({ class: is, effect }))
})

test('a throttled call waits as long as the panel says', () =>
  expect(means({ panelCode: 'ThrottleRequestsException', status: 429, retryAfterMs: 42_000 }).failure.retryAfterMs).toBe(42_000))
test('a daemon that refuses the panel’s token gets another remedy than one that fails', () => {
  expect(means({ panelCode: 'DaemonConnectionException', status: 401 }).failure.next).toContain('token')
  expect(means({ panelCode: 'DaemonConnectionException', status: 500 }).failure.next).toContain('disable the node')
})
